/**
 * Folds what happens to sales into the device's state, in place. The hot path: each event touches its own sale,
 * its slots and the five totals, however many sales are open.
 */
import { periodNames, periodsOf } from '../shared/period.js';
import type { ActorDefinition, At } from '../runtime/definition.js';
import type { DeviceCommands, SaleLine, SaleState } from './commands.js';
import type { DeviceEvents, SaleSettled } from './events.js';
import { CLOSED_KEPT, MOST_NEWS } from './limits.js';
import type { DeviceState, PeriodTotals, Sale } from './state.js';

type Evolve = ActorDefinition<DeviceState, DeviceCommands, DeviceEvents>['evolve'];

export const evolveSales: Pick<
  Evolve,
  | 'saleReserved'
  | 'paymentStarted'
  | 'paymentReady'
  | 'paymentRefused'
  | 'salePaid'
  | 'paymentReturned'
  | 'saleCancelled'
  | 'saleSettled'
  | 'saleRefunded'
  | 'doubtSettled'
  | 'rankingsTold'
  | 'feesSwept'
> = {
  saleReserved(state, { sale: id, passenger, owner, lines, total, expiresAt, where }, { now }) {
    for (const { slot: number, units } of lines) {
      const slot = state.slots[number];
      if (slot) slot.reserved += units;
    }
    const ownerName = state.owner?.name ?? '';
    const sale: Sale = { passenger, owner, ownerName, lines, total, at: now, expiresAt, state: 'placed' };
    if (where) sale.where = where;
    state.sales[id] = sale;
    state.unpaid[passenger] = (state.unpaid[passenger] ?? 0) + 1;
    state.counters.placed++;
    state.counters.open++;
  },
  paymentStarted(state, { sale: id, payment }) {
    const sale = state.sales[id];
    if (!sale) return;
    sale.state = 'paying';
    sale.payment = payment;
  },
  paymentReady() {
    // Told to the passenger; the sale knew its payment before.
  },
  paymentRefused(state, { sale: id }) {
    const sale = state.sales[id];
    if (!sale) return;
    sale.state = 'placed';
    delete sale.payment;
  },
  salePaid(state, { sale: id, payment, until }) {
    const sale = state.sales[id];
    if (!sale) return;
    sale.state = 'paid';
    sale.payment = payment;
    sale.until = until;
    countUnpaid(state, sale.passenger);
  },
  paymentReturned() {
    // The money only passed through: the books have it, the sale stays what it is.
  },
  saleCancelled(state, { sale: id, expired }, at) {
    const sale = close(state, id, expired ? 'expired' : 'cancelled', at);
    if (!sale) return;
    countUnpaid(state, sale.passenger);
    release(state, sale.lines);
    state.counters.cancelled++;
  },
  saleSettled(state, data, at) {
    const sale = close(state, data.sale, 'settled', at);
    if (!sale) return;
    sale.amount = data.amount;
    sale.refunded = data.refunded;
    if (data.missing) sale.missing = data.missing;
    release(state, sale.lines, data.dropped);
    state.counters.settled++;
    count(state, sale, data, at);
  },
  saleRefunded(state, { sale: id, refunded, missing, doubt }, at) {
    const sale = close(state, id, 'refunded', at);
    if (!sale) return;
    sale.refunded = refunded;
    sale.missing = missing;
    if (doubt) state.doubts[id] = sale.lines;
    else release(state, sale.lines);
    state.counters.refunded++;
  },
  doubtSettled(state, { sale: id, dropped }) {
    const lines = state.doubts[id];
    if (lines) release(state, lines, dropped);
    remove(state.doubts, id);
  },

  rankingsTold(state, { slow }) {
    if (slow) state.pending.slow = false;
    else {
      state.pending.fast = false;
      state.news = [];
    }
  },
  feesSwept(state, { amount }) {
    state.fees.kept -= amount;
    state.fees.sweeps++;
    state.pending.sweep = false;
  },
};

/** Takes a sale from the open ones to the last that closed. */
function close(state: DeviceState, id: string, how: SaleState, { now }: At): Sale | undefined {
  const sale = state.sales[id];
  if (!sale) return undefined;
  remove(state.sales, id);
  sale.state = how;
  sale.closedAt = now;
  state.closed.push({ id, sale });
  if (state.closed.length > CLOSED_KEPT) state.closed.shift();
  state.counters.open--;
  return sale;
}

/** Gives back what a sale held of the slots, less what was dropped of it. */
function release(state: DeviceState, lines: readonly SaleLine[], dropped: readonly number[] = []): void {
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i];
    const slot = line && state.slots[line.slot];
    if (!slot) continue;
    slot.reserved -= line.units;
    slot.count -= dropped[i] ?? 0;
  }
}

function countUnpaid(state: DeviceState, passenger: string): void {
  const unpaid = (state.unpaid[passenger] ?? 1) - 1;
  if (unpaid === 0) remove(state.unpaid, passenger);
  else state.unpaid[passenger] = unpaid;
}

function count(state: DeviceState, sale: Sale, { sale: id, day, dropped, amount, fee }: SaleSettled, at: At): void {
  const periods = periodsOf(day);
  // A day's running line is told with that day; what is left of another is old.
  if (state.totals.day.key !== day) state.news = [];
  for (const period of periodNames) add(of(state.totals[period], periods[period]), sale, dropped, amount);
  state.fees.kept += fee;
  state.pending.fast = true;
  state.pending.slow = true;
  if (fee > 0) state.pending.sweep = true;
  const product = sale.lines.find((_, i) => (dropped[i] ?? 0) > 0)?.name ?? '';
  state.news.push({ id, at: at.now, where: state.name, product, amount, ...sale.where });
  if (state.news.length > MOST_NEWS) state.news.shift();
}

/** The totals of a span, begun anew when it is another than the last. */
function of(totals: PeriodTotals, key: string): PeriodTotals {
  if (totals.key === key) return totals;
  if (totals.key !== '') totals.before = { key: totals.key, amount: totals.amount, orders: totals.orders };
  totals.key = key;
  totals.amount = 0;
  totals.orders = 0;
  totals.products = {};
  totals.drivers = {};
  return totals;
}

function add(
  totals: PeriodTotals,
  { lines, owner, ownerName }: Sale,
  dropped: readonly number[],
  amount: number,
): void {
  totals.amount += amount;
  totals.orders++;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i];
    const units = dropped[i] ?? 0;
    if (!line || units === 0) continue;
    const product = (totals.products[line.product] ??= { name: line.name, amount: 0, units: 0 });
    product.name = line.name;
    product.amount += units * line.price;
    product.units += units;
  }
  const driver = (totals.drivers[owner] ??= { name: ownerName, amount: 0, count: 0 });
  driver.name = ownerName;
  driver.amount += amount;
  driver.count++;
}

function remove(record: Record<string, unknown>, id: string): void {
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- open sales are a record, so that a snapshot is a copy
  delete record[id];
}
