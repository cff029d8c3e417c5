/**
 * Folds what happens to sales into the device's state, in place. The hot path: each event touches its own sale,
 * its slots and the five totals, however many sales are open.
 */
import type { ActorDefinition, At } from '../runtime/definition.js';
import type { DeviceCommands, SaleLine, SaleState } from './commands.js';
import type { DeviceEvents } from './events.js';
import { CLOSED_KEPT } from './limits.js';
import type { DeviceState, Sale } from './state.js';
import { count } from './totals.js';

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

function remove(record: Record<string, unknown>, id: string): void {
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- open sales are a record, so that a snapshot is a copy
  delete record[id];
}
