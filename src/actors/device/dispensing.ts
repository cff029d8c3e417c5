/**
 * The end of a paid sale: the box says what was dropped, and the sale is settled, once. What was paid and not
 * dropped goes back, line by line with the reason; without any report in time all of it does.
 *
 *   B2  What was held for the sale is paid out to the last unit in the entry that ends it; so are the goods.
 *   B3  Reserved stock leaves with what was dropped and comes back with what was not. Units of a sale that
 *       nobody reported stay reserved until the box tells, so that nobody buys what may be gone.
 */
import { refuse, type Decision, type Refused } from '../runtime/definition.js';
import type { Move } from '../../store/ports.js';
import { byItself } from '../shared/callers.js';
import { isWhole } from '../shared/money.js';
import { own } from '../shared/own.js';
import { businessDay } from '../shared/period.js';
import { payOut, type HeldOrder } from '../shared/settlement.js';
import type { Terms } from '../terms.js';
import type { DroppedLine, MissingLine, ReportedSale, SaleLine } from './commands.js';
import type { DeviceEvents, SaleSettled } from './events.js';
import { closedSale, saleClosed } from './found.js';
import { byDevice, nothing, type Decide } from './guards.js';
import { LONGEST_REASON, MOST_LINES } from './limits.js';
import { priceOf, settleSale } from './settlement.js';
import type { DeviceState, Sale } from './state.js';
import { afterSale } from './telling.js';
import { overdueOf } from './timers.js';

/** Why units are missing when the box gives no reason, and when it gives no report. */
const NOT_DROPPED = 'not_dropped';
const NO_REPORT = 'no_report';

export const reportDispense =
  (terms: Terms): Decide<'reportDispense'> =>
  (state, { sale: id, lines: told }, context) => {
    const wrong = byDevice(state, context);
    if (wrong) return wrong;
    const doubt = own(state.doubts, id);
    const sale = own(state.sales, id);
    const lines = doubt ?? sale?.lines;
    if (!lines) return saleClosed(id, closedSale(state, id));
    const report = reportOf(lines, told);
    if ('refused' in report) return report;
    if (!sale) return settleDoubt(id, lines, report.dropped, context.self);
    if (sale.state !== 'paid') return refuse('not_paid', `sale ${id}: it is ${sale.state}`);
    const { dropped, missing } = report;
    const amount = priceOf(sale.lines, dropped);
    const order = held(id, sale, state, context.self, missing[0]?.reason ?? '');
    if (amount === 0) return refundAll(order, sale, missing, false);

    const settlement = settleSale(sale, { dropped, feeBasisPoints: state.feeBasisPoints });
    const { moves, send } = payOut(order, settlement);
    pushGoods(moves, sale.lines, dropped, context.self, 'world/sold');
    const { kept: fee, refund: refunded } = settlement;
    const { passenger } = sale;
    const day = businessDay(context.now, terms.zone);
    const data: SaleSettled = { sale: id, passenger, day, dropped, amount, share: amount - fee, fee, refunded };
    if (missing.length > 0) data.missing = missing;
    const low = lowSlots(state, sale.lines, dropped, terms.lowStockAt);
    if (low.length > 0) data.low = low;
    send.push(...afterSale(terms, state, data, context));
    return {
      reply: { sale: id, state: 'settled', amount, refunded },
      events: [{ type: 'saleSettled', data }],
      moves,
      send,
      closes: [overdueOf(id)],
    };
  };

export const dispenseOverdue: Decide<'dispenseOverdue'> = (state, { sale: id }, context) => {
  const wrong = byItself(context);
  if (wrong) return wrong;
  const sale = own(state.sales, id);
  if (sale?.state !== 'paid') return nothing;
  const missing = sale.lines.map(({ slot, units }) => ({ slot, units, reason: NO_REPORT }));
  const refunded = refundAll(held(id, sale, state, context.self, NO_REPORT), sale, missing, true);
  return { ...refunded, reply: null };
};

type Refund = Extract<Decision<DeviceEvents, ReportedSale>, { readonly reply: unknown }>;

function refundAll(order: HeldOrder, sale: Sale, missing: readonly MissingLine[], doubt: boolean): Refund {
  const { passenger, total: refunded } = sale;
  return {
    reply: { sale: order.id, state: 'refunded', amount: 0, refunded },
    events: [{ type: 'saleRefunded', data: { sale: order.id, passenger, refunded, missing, doubt } }],
    ...payOut(order, { held: refunded, refund: refunded, kept: 0, shares: [] }),
    closes: [overdueOf(order.id)],
  };
}

/** The money is back with the passenger; what he got all the same is lost. */
function settleDoubt(id: string, lines: readonly SaleLine[], dropped: readonly number[], device: string): Refund {
  const moves: Move[] = [];
  pushGoods(moves, lines, dropped, device, 'world/lost');
  const state = moves.length > 0 ? 'lost' : 'refunded';
  return {
    reply: { sale: id, state, amount: 0, refunded: 0 },
    events: [{ type: 'doubtSettled', data: { sale: id, dropped } }],
    moves,
  };
}

function held(id: string, sale: Sale, state: Readonly<DeviceState>, actor: `${string}:${string}`, why: string) {
  const { payment = 'balance', passenger } = sale;
  const refundTo = payment === 'balance' ? { wallet: passenger } : { payment };
  return { id, actor, currency: state.currency, refundTo, why };
}

/** What the box told, in the sale's order of lines. */
function reportOf(
  lines: readonly SaleLine[],
  told: readonly DroppedLine[],
): { dropped: number[]; missing: MissingLine[] } | Refused {
  if (told.length > MOST_LINES) return refuse('bad_input', `lines: at most ${MOST_LINES}`);
  const dropped: number[] = new Array<number>(lines.length).fill(-1);
  const reasons: string[] = [];
  for (const line of told) {
    const i = lines.findIndex((sold) => sold.slot === line.slot);
    const sold = lines[i];
    if (!sold || dropped[i] !== -1)
      return refuse('bad_input', `slot: ${line.slot} is no line of the sale, or told twice`);
    if (!isWhole(line.dropped, 0, sold.units)) return refuse('bad_input', `dropped: must be 0 to ${sold.units}`);
    dropped[i] = line.dropped;
    if (line.reason !== undefined) reasons[i] = line.reason.slice(0, LONGEST_REASON);
  }
  const missing: MissingLine[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i];
    const units = (dropped[i] = Math.max(0, dropped[i] ?? 0));
    if (!line || units === line.units) continue;
    missing.push({ slot: line.slot, units: line.units - units, reason: reasons[i] ?? NOT_DROPPED });
  }
  return { dropped, missing };
}

function pushGoods(moves: Move[], lines: readonly SaleLine[], dropped: readonly number[], from: string, to: string) {
  for (let i = 0; i < lines.length; i++) {
    const quantity = dropped[i] ?? 0;
    const unit = lines[i]?.product;
    if (quantity > 0 && unit !== undefined) moves.push({ from, to, unit, quantity });
  }
}

/** Slots that fell to the mark or below it with this sale, or to nothing. */
function lowSlots(state: Readonly<DeviceState>, lines: readonly SaleLine[], dropped: readonly number[], mark: number) {
  const low: NonNullable<SaleSettled['low']>[number][] = [];
  for (let i = 0; i < lines.length; i++) {
    const slot = state.slots[lines[i]?.slot ?? 0];
    if (!slot) continue;
    const count = slot.count - (dropped[i] ?? 0);
    if (count === slot.count || count > mark || (slot.count <= mark && count > 0)) continue;
    low.push({ slot: lines[i]?.slot ?? 0, product: slot.product, name: slot.name, count });
  }
  return low;
}
