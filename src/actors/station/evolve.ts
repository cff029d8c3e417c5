/**
 * Folds a station's events into its state, in place (R1, R6). Supply is touched in three places only:
 * an order reserves, its end releases, its hand-over takes what is reserved out of the house; and an order
 * leaves the state in one place, which counts how (B3).
 */
import { fold } from './figures.js';
import { own } from '../shared/own.js';
import type { ActorDefinition } from '../runtime/definition.js';
import type { StationCommands, ProductUnits } from './commands.js';
import type { StationEvents } from './events.js';
import { CODE_ATTEMPTS } from './limits.js';
import type { Counters, OpenRestock, StationState } from './state.js';

export const evolve: ActorDefinition<StationState, StationCommands, StationEvents>['evolve'] = {
  stationRegistered(state, { name, lon, lat, address, currency }) {
    Object.assign(state, { registered: true, name, lon, lat, address, currency });
  },

  supplySet(state, { lines }) {
    for (const { product, name, count, price } of lines) {
      const reserved = own(state.supply, product)?.reserved ?? 0;
      state.supply[product] = { name, count, reserved, price };
    }
  },

  restockPlaced(state, { restock, driver, driverName, lines, total, expiresAt }, { now }) {
    reserve(state, lines, 1);
    state.orders[restock] = {
      driver,
      driverName,
      state: 'to_pay',
      lines,
      total,
      placedAt: now,
      expiresAt,
      tries: [],
      paidBy: 0,
      accepted: null,
      code: '',
      attemptsLeft: 0,
    };
    state.counters.placed += 1;
    state.counters.open += 1;
  },

  paymentStarted(state, { restock, method, payment }) {
    const started = { method, failed: false };
    orderOf(state, restock).tries.push(payment === undefined ? started : { ...started, payment });
  },

  paymentFailed(state, { restock, attempt }) {
    const failed = orderOf(state, restock).tries[attempt - 1];
    if (failed) failed.failed = true;
  },

  restockPaid(state, { restock, attempt }) {
    const order = orderOf(state, restock);
    order.state = 'to_prepare';
    order.paidBy = attempt;
  },

  paymentReturned() {
    // The money only passed through; the books tell of it.
  },

  restockCancelled(state, { restock, lines }) {
    reserve(state, lines, -1);
    end(state, restock, 'cancelled');
  },

  restockAccepted(state, data, { now }) {
    const order = orderOf(state, data.restock);
    reserve(state, data.released, -1);
    order.accepted = data.accepted;
    order.code = data.code;
    order.attemptsLeft = CODE_ATTEMPTS;
    fold(state, data, now);
  },

  restockRefused(state, { restock, lines }) {
    reserve(state, lines, -1);
    end(state, restock, 'refused');
  },

  restockReady(state, { restock }) {
    orderOf(state, restock).state = 'ready';
  },

  pickUpCodeRenewed(state, { restock, code }) {
    const order = orderOf(state, restock);
    order.code = code;
    order.attemptsLeft = CODE_ATTEMPTS;
  },

  wrongCodeShown(state, { restock, attemptsLeft }) {
    orderOf(state, restock).attemptsLeft = attemptsLeft;
  },

  restockPickedUp(state, { restock, accepted }) {
    reserve(state, accepted, -1);
    for (const { product, units } of accepted) supplyOf(state, product).count -= units;
    end(state, restock, 'pickedUp');
  },

  rankingsTold(state, { slow }) {
    const { untold } = state;
    untold.seq += 1;
    untold.ended = untold.ended.filter(({ period }) => (period === 'day') === slow);
    if (slow) untold.longer = false;
    else Object.assign(untold, { day: false, recent: [] });
  },
};

function orderOf(state: StationState, restock: string): OpenRestock {
  const order = own(state.orders, restock);
  if (!order) throw new Error(`restock ${restock} is not open`);
  return order;
}

function supplyOf(state: StationState, product: string) {
  const supply = own(state.supply, product);
  if (!supply) throw new Error(`product ${product} is not sold here`);
  return supply;
}

function reserve(state: StationState, lines: readonly ProductUnits[], sign: 1 | -1): void {
  for (const { product, units } of lines) supplyOf(state, product).reserved += sign * units;
}

function end({ orders, counters }: StationState, restock: string, how: keyof Counters): void {
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a record by id, never by a name that it gives a meaning to
  delete orders[restock];
  counters[how] += 1;
  counters.open -= 1;
}
