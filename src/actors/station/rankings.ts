/**
 * Tells the rankings what this station supplied: absolute figures with a rising seq, so that a lost,
 * repeated or late report is harmless; coalesced by a timer, so that an order costs no report of its own.
 */
import { messagesTo, refuse, type Context, type Decision, type Message } from '../runtime/definition.js';
import { rankingKey, type RankingCommands, type RecentItem, type Report } from '../ranking/commands.js';
import { kindOf } from '../runtime/ids.js';
import { byItself } from '../shared/callers.js';
import { own } from '../shared/own.js';
import { periodNames, type PeriodName } from '../shared/period.js';
import type { Terms } from '../terms.js';
import type { StationCommands } from './commands.js';
import type { StationEvents } from './events.js';
import type { PeriodFigures, StationState } from './state.js';

const toRanking = messagesTo<RankingCommands>('ranking');
const timerOf = (slow: boolean): string => `tellRankings/${slow ? 'longer' : 'day'}`;

/** The timers that an accepted order starts, where they do not run already. */
export function tellLater(
  { untold }: Readonly<StationState>,
  { reportEveryMs, slowReportEveryMs }: Pick<Terms, 'reportEveryMs' | 'slowReportEveryMs'>,
  { self, now }: Context,
): Message[] {
  const timer = (slow: boolean, due: number): Message => {
    return { to: self, type: 'tellRankings', input: { slow }, due, label: timerOf(slow) };
  };
  return [
    ...(untold.day ? [] : [timer(false, now + reportEveryMs)]),
    ...(untold.longer ? [] : [timer(true, now + slowReportEveryMs)]),
  ];
}

/** Timer, or a job that rebuilds rankings. */
export function tellRankings(
  state: Readonly<StationState>,
  { slow }: StationCommands['tellRankings']['input'],
  context: Context,
): Decision<StationEvents, null> {
  const wrong = kindOf(context.caller) === 'system' ? undefined : byItself(context);
  if (wrong) return wrong;
  if (!state.registered) return refuse('unknown_station', 'station: is not registered');
  const isTold = (period: PeriodName): boolean => (period === 'day') !== slow;
  const { ended, seq } = state.untold;
  const now = periodNames.map((period) => ({ period, figures: state.figures[period] }));
  const told = [...ended, ...now].filter(({ period, figures }) => isTold(period) && figures.key !== '');
  return {
    reply: null,
    events: [{ type: 'rankingsTold', data: { slow } }],
    send: told.map(({ period, figures }) => {
      const recent = period === 'day' ? state.untold.recent : [];
      const report = reportOf(state, context.key, figures, seq + 1, recent);
      return toRanking('report', rankingKey(period, figures.key, state.currency), report);
    }),
    closes: [timerOf(slow)],
  };
}

/** A station's absolute figures of one period, as a ranking takes them. */
export function reportOf(
  state: Readonly<StationState>,
  from: string,
  { amount, count, products }: PeriodFigures,
  seq: number,
  recent: readonly RecentItem[],
): Report {
  const rows = Object.entries(products).map(([id, sum]) => ({ id, name: own(state.supply, id)?.name ?? id, ...sum }));
  return { from, fromName: state.name, seq, list: 'stations', amount, count, products: rows, recent };
}
