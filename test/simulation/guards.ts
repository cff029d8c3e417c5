/**
 * The rules of ENGINE.md that are marked ✂, each broken alone and from outside the engine wherever
 * that is possible, to prove that the simulation notices.
 */
import { derive } from '../../src/actors/runtime/committed.js';
import type { AnyDefinition } from '../../src/actors/runtime/definition.js';
import type { Node } from '../../src/actors/runtime/node.js';
import type { SystemOptions } from '../../src/actors/runtime/options.js';
import type { Append, AppendResult, Journal, Refusal } from '../../src/store/ports.js';
import type { Guard as StoreGuard } from '../../src/store/simulated/index.js';

/** Named by the rule that is broken. */
export const guards = [
  'rule 1: order of one actor’s entries',
  'rule 3: one entry for a command id',
  'rule 5: one append in flight',
  'rule 6: unknown entries are sent again as they were',
  'rule 8: an epoch is never used twice',
  'rule 10: no answer ahead of the disk',
  'rule 11: refusals are stored',
  'rule 15: what is open is sent again',
] as const;

export type Guard = (typeof guards)[number];

/** How a system is made without one of its guards. */
export interface Broken {
  readonly store?: StoreGuard;
  journal?(journal: Journal): Journal;
  definitions?(definitions: readonly AnyDefinition[]): readonly AnyDefinition[];
  transport?(local: Node): Node;
  readonly options?: Partial<SystemOptions>;
  /** A refusal that was not stored is taken for an answer. */
  unstoredRefusal?(commandId: string): Refusal | undefined;
}

export function without(guard: Guard | undefined): Broken {
  switch (guard) {
    case undefined:
      return {};
    case 'rule 1: order of one actor’s entries':
      return { store: 'order' };
    case 'rule 3: one entry for a command id':
      return { store: 'commandKey' };
    case 'rule 5: one append in flight':
      return { journal: onEachItsOwnWay };
    case 'rule 6: unknown entries are sent again as they were':
      return { options: { decideInPlace: true } };
    case 'rule 8: an epoch is never used twice':
      return { journal: anonymous };
    case 'rule 10: no answer ahead of the disk':
      return { journal: ahead };
    case 'rule 11: refusals are stored':
      return forgettingRefusals();
    case 'rule 15: what is open is sent again':
      return { options: { limits: { retryAttempts: 1, retrySilenceMs: Infinity } } };
  }
}

/** Entries of one batch travel one by one, at the same time. */
function onEachItsOwnWay(journal: Journal): Journal {
  return over(journal, async (items) => (await Promise.all(items.map((item) => journal.append([item])))).flat());
}

/** Says that it is stored before it is. */
function ahead(journal: Journal): Journal {
  let last: Promise<unknown> = Promise.resolve();
  const stored: AppendResult = { state: 'stored' };
  return over(journal, (items) => {
    last = last.then(() => journal.append(items));
    return Promise.resolve(items.map(() => stored));
  });
}

/** Every owner takes what stands at its place for its own. */
function anonymous(journal: Journal): Journal {
  return over(journal, async (items) => {
    const results = await journal.append(items);
    return results.map((result, i) => {
      const epoch = items[i]?.entry.epoch;
      return result.state === 'collided' && epoch !== undefined ? { ...result, met: { ...result.met, epoch } } : result;
    });
  });
}

/** A refusal is told, and no entry is written. */
function forgettingRefusals(): Broken {
  const refusals = new Map<string, Refusal>();
  return {
    definitions: (definitions) =>
      definitions.map((definition) => ({
        ...definition,
        decide: Object.fromEntries(
          Object.entries(definition.decide).map(([type, decide]) => [
            type,
            (...[state, input, context]: Parameters<NonNullable<typeof decide>>) => {
              const decision = decide?.(state, input, context);
              if (!decision) throw new Error(`no ${type}`);
              if (!('refused' in decision)) return decision;
              refusals.set(`${context.caller}:${context.commandId}`, decision.refused);
              throw new Error('refused without an entry');
            },
          ]),
        ),
      })),
    transport: (local) => ({
      ask: (ask) => local.ask(ask),
      read: (...question) => local.read(...question),
      missed: (...question) => local.missed(...question),
      deliver: async (delivery) => {
        const answer = await local.deliver(delivery);
        const error = refusals.get(`${delivery.from}:${delivery.id}`);
        if (!('unstored' in answer) || answer.unstored.code !== 'decision_failed' || !error) return answer;
        const proof = await local.missed(`${delivery.to}/-`, 0);
        return 'unstored' in proof ? answer : derive(proof, () => ({ outcome: { ok: false, error }, seq: 0 }));
      },
    }),
    unstoredRefusal: (commandId) => refusals.get(commandId),
  };
}

function over(journal: Journal, append: (items: readonly Append[]) => Promise<readonly AppendResult[]>): Journal {
  return {
    append,
    read: (...range) => journal.read(...range),
    find: (...key) => journal.find(...key),
    due: (...range) => journal.due(...range),
    rewake: (changes) => journal.rewake(changes),
    scan: () => journal.scan(),
    heads: () => journal.heads(),
    page: (...range) => journal.page(...range),
  };
}
