/**
 * What a device tells after sales: the rankings its totals, the platform's wallet the fees. Neither is told for
 * each sale: the first sale starts a timer, and the figures that are told are absolute (ENGINE 18).
 *
 *   B2  Fees lie on the device's own account until the sweep sends them.
 */
import { messagesTo, type Context, type Message } from '../runtime/definition.js';
import { rankingKey, type RankingCommands, type Report } from '../ranking/commands.js';
import { byItself } from '../shared/callers.js';
import { periodNames, periodsOf, type PeriodName } from '../shared/period.js';
import { feesAt, transit } from '../shared/settlement.js';
import type { Terms } from '../terms.js';
import { toWallet } from '../wallet/commands.js';
import type { SaleSettled } from './events.js';
import { nothing, type Decide } from './guards.js';
import type { DeviceState } from './state.js';

const toRanking = messagesTo<RankingCommands>('ranking');

/** Told soon, because a screen counts along; the rest is told slowly. */
const FAST: PeriodName = 'day';
const slow: readonly PeriodName[] = periodNames.filter((period) => period !== FAST);

/** Timers that a settled sale starts, and the last word on spans that ended since the sale before. */
export function afterSale(
  terms: Terms,
  state: Readonly<DeviceState>,
  { day, fee }: SaleSettled,
  context: Context,
): Message[] {
  const { pending } = state;
  const send: Message[] = [];
  if (state.totals.day.key !== day) {
    const periods = periodsOf(day);
    for (const period of periodNames) {
      const untold = period === FAST ? pending.fast : pending.slow;
      if (untold && state.totals[period].key !== periods[period]) send.push(report(state, period, context));
    }
  }
  const timer = (type: string, input: { slow?: boolean }, after: number): Message => ({
    to: context.self,
    type,
    input,
    due: context.now + after,
  });
  if (!pending.fast) send.push(timer('tellRankings', { slow: false }, terms.reportEveryMs));
  if (!pending.slow) send.push(timer('tellRankings', { slow: true }, terms.slowReportEveryMs));
  if (fee > 0 && !pending.sweep) send.push(timer('sweepFees', {}, terms.sweepEveryMs));
  return send;
}

export const tellRankings: Decide<'tellRankings'> = (state, input, context) => {
  const wrong = byItself(context);
  if (wrong) return wrong;
  const periods = input.slow ? slow : [FAST];
  return {
    reply: null,
    events: [{ type: 'rankingsTold', data: { slow: input.slow } }],
    send: periods.map((period) => report(state, period, context)),
  };
};

export const sweepFees: Decide<'sweepFees'> = (state, _input, context) => {
  const wrong = byItself(context);
  if (wrong) return wrong;
  const { kept: amount, sweeps } = state.fees;
  if (amount === 0) return nothing;
  const { self, key } = context;
  const { currency } = state;
  const transfer = `${key}.fees.${sweeps + 1}`;
  return {
    reply: null,
    events: [{ type: 'feesSwept', data: { transfer, amount } }],
    moves: [{ from: feesAt(self), to: transit(transfer), unit: currency, quantity: amount }],
    send: [toWallet('credit', 'platform', { transfer, amount, currency, reason: 'fees', payer: self })],
  };
};

function report(state: Readonly<DeviceState>, period: PeriodName, { key }: Context): Message {
  const figures = reportOf(state, period, key);
  const told = period === FAST ? { ...figures, recent: state.news } : figures;
  return toRanking('report', rankingKey(period, state.totals[period].key, state.currency), told);
}

/** The device's absolute totals of one span. Its seq is the number of settled sales: it rises with every change. */
export function reportOf(state: Readonly<DeviceState>, period: PeriodName, from: string): Report {
  const { amount, orders: count, drivers } = state.totals[period];
  const driver = Object.entries(drivers).map(([id, sum]) => ({ id, ...sum }));
  return { from, fromName: state.name, seq: state.counters.settled, list: 'devices', amount, count, driver };
}
