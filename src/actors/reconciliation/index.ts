/**
 * The reconciliation with one payment provider: day by day, some time after midnight, its statement is compared with
 * the payments here. One actor, so one node of a cluster does it, another when that one dies, and a day that nobody was
 * there for is made up for (ENGINE 16). A statement that cannot be had is asked for again, after growing pauses, for as
 * long as it takes; the days behind it wait.
 *
 * Boundary: it knows the calendar and what came of each day. The comparison is an effect (src/jobs/daily.ts).
 */
import { defineActor, messagesTo, refuse, type Context, type Decision, type Message } from '../runtime/definition.js';
import { byItself } from '../shared/callers.js';
import { businessDay, dayEndsAt } from '../shared/period.js';
import type { Terms } from '../terms.js';
import { BEGINS, type Awaited, type Begin, type Progress } from './commands.js';
import type { ReconciliationCommands, ReconciliationEffects, ReconciliationReads } from './commands.js';
import type { ReconciliationEvents } from './events.js';

/** A statement is complete this long after midnight, ms. */
const AFTER_MIDNIGHT_MS = 30 * 60_000;
/** The first pause before a day is tried again, ms; each later one is twice as long. */
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 60 * 60_000;
/** The label of the one timer. */
const NEXT = 'next';

type State = { -readonly [K in keyof Progress]: Progress[K] };
type Step = Decision<ReconciliationEvents, null>;

const toEffect = messagesTo<ReconciliationEffects>('effect');
const nothing: Step = { reply: null };

export function reconciliationActor({ zone }: Pick<Terms, 'zone'>) {
  return defineActor<State, ReconciliationCommands, ReconciliationEvents, ReconciliationReads>({
    kind: 'reconciliation',
    version: 1,
    initial: () => ({ last: null, awaited: null, tries: 0 }),
    decide: {
      begin: (state, input, context) => begin(state, input, context, zone),
      compare,
      answered: (state, input, context) => answered(state, input, context, zone),
    },
    evolve: {
      dayAwaited: (state, awaited) => {
        Object.assign(state, { awaited, tries: 0 });
      },
      dayCompared: (state, compared) => {
        state.last = compared;
      },
      dayMissed: (state, { tries }) => {
        state.tries = tries;
      },
    },
    reads: { progress: (state) => state },
  });
}

function begin(
  { awaited }: Readonly<State>,
  { fresh }: Begin,
  { self, caller, now }: Context,
  zone: string,
): Decision<ReconciliationEvents, Awaited> {
  if (caller !== BEGINS) return refuse('not_allowed', `caller ${caller}: only a node begins the reconciliation`);
  const today = dayAt(now, zone);
  const first = fresh ? dayAt(today.until, zone) : today;
  if (awaited && (!fresh || awaited.until >= first.until)) return { reply: awaited };
  return { reply: first, ...wait(self, first, first.until + AFTER_MIDNIGHT_MS), closes: [NEXT] };
}

function compare({ awaited }: Readonly<State>, _input: null, { self, key, caller }: Context): Step {
  if (caller !== self) return refuse('not_allowed', `caller ${caller}: only the timer starts a comparison`);
  if (!awaited) return nothing;
  const { day } = awaited;
  const note = { day };
  return {
    reply: null,
    send: [toEffect('compare', 'reconciliation', { provider: key, day }, { reply: 'answered', note })],
  };
}

function answered(
  { awaited, tries }: Readonly<State>,
  { outcome, note: { day } }: ReconciliationCommands['answered']['input'],
  context: Context,
  zone: string,
): Step {
  const { self, now } = context;
  const wrong = byItself(context);
  if (wrong) return wrong;
  // The provider's books began anew while it was asked for a day of the old ones.
  if (awaited?.day !== day) return nothing;
  if (!outcome.ok) {
    const missed = { day, tries: tries + 1, reason: outcome.error.message };
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS);
    return { reply: null, events: [{ type: 'dayMissed', data: missed }], send: [timer(self, now + pause)] };
  }
  const next = dayAt(awaited.until, zone);
  const { events, send } = wait(self, next, next.until + AFTER_MIDNIGHT_MS);
  return { reply: null, events: [{ type: 'dayCompared', data: { day, ...outcome.value } }, ...events], send };
}

function dayAt(now: number, zone: string): Awaited {
  return { day: businessDay(now, zone), until: dayEndsAt(now, zone) };
}

function wait(self: Message['to'], awaited: Awaited, due: number) {
  return { events: [{ type: 'dayAwaited', data: awaited } as const], send: [timer(self, due)] };
}

function timer(self: Message['to'], due: number): Message {
  return { to: self, type: 'compare', input: null, due, label: NEXT };
}
