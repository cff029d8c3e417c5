/**
 * Decisions about an order until it is paid: placed, cancelled, expired.
 *
 *   B1  prices are the station's own; an order says products and units, nothing else
 *   B3  what an order reserves was free, and comes free again when the order ends unpaid
 */
import { refuse, type Accepted, type Context, type Decision, type Refused } from '../runtime/definition.js';
import { keyOf } from '../runtime/ids.js';
import { byItself } from '../shared/callers.js';
import { own } from '../shared/own.js';
import type { Terms } from '../terms.js';
import { byDriverActor, ownOrder } from './callers.js';
import type { OrderedLine, PlacedRestock, ProductUnits, RestockAnswer, StationCommands } from './commands.js';
import type { Finished, StationEvents } from './events.js';
import { MOST_LINES, MOST_OPEN, MOST_UNITS, MOST_UNPAID } from './limits.js';
import { amountOf, freeOf, type OpenRestock, type StationState } from './state.js';

/** Names of the timers of an order. */
export const expiry = (restock: string): string => `expire/${restock}`;
export const lapse = (restock: string): string => `lapse/${restock}`;

/** Takes an order whole or not at all. */
export function placeRestock(terms: Pick<Terms, 'restockExpiryMs'>) {
  return (
    state: Readonly<StationState>,
    { restock, driverName, lines }: StationCommands['placeRestock']['input'],
    context: Context,
  ): Decision<StationEvents, PlacedRestock> => {
    const driver = keyOf(context.caller);
    const wrong = byDriverActor(context) ?? checkPlaced(state, restock, driver, lines);
    if (wrong) return wrong;
    const ordered = priced(state, lines);
    if ('refused' in ordered) return ordered;
    const total = amountOf(ordered);
    const { name: stationName, currency } = state;
    const expiresAt = context.now + terms.restockExpiryMs;
    const data = { restock, driver, driverName, lines: ordered, total, currency, expiresAt };
    return {
      reply: { restock, stationName, lines: ordered, total, currency, expiresAt },
      events: [{ type: 'restockPlaced', data }],
      send: [{ to: context.self, type: 'expireRestock', input: { restock }, due: expiresAt, label: expiry(restock) }],
    };
  };
}

/** By the driver, while nothing is paid. A payment on its way comes back by itself. */
export function cancelRestock(
  state: Readonly<StationState>,
  { restock }: StationCommands['cancelRestock']['input'],
  context: Context,
): Decision<StationEvents, RestockAnswer> {
  const order = ownOrder(state, restock, context);
  if ('refused' in order) return order;
  if (order.state !== 'to_pay') return wrongState(restock, order);
  const ended = cancel(state, restock, order, 'by_driver');
  return { ...ended, reply: { restock, state: 'cancelled' }, closes: [expiry(restock)] };
}

/** Timer: an order that is not paid in time gives its stock back. */
export function expireRestock(
  state: Readonly<StationState>,
  { restock }: StationCommands['expireRestock']['input'],
  context: Context,
): Decision<StationEvents, null> {
  const order = own(state.orders, restock);
  const wrong = byItself(context);
  if (wrong) return wrong;
  if (order?.state !== 'to_pay') return { reply: null };
  return { ...cancel(state, restock, order, 'not_paid'), reply: null };
}

/** An order as the event that ends it tells it. */
export function finished(state: Readonly<StationState>, restock: string, order: OpenRestock): Finished {
  const { driver, driverName, lines, total, placedAt } = order;
  return { restock, driver, driverName, lines, total, currency: state.currency, placedAt };
}

export function wrongState(restock: string, { state }: OpenRestock): Refused {
  return refuse('restock_state', `restock ${restock}: is ${state}`, { state });
}

function cancel(
  state: Readonly<StationState>,
  restock: string,
  order: OpenRestock,
  reason: 'by_driver' | 'not_paid',
): Pick<Accepted<StationEvents, never>, 'events'> {
  return { events: [{ type: 'restockCancelled', data: { ...finished(state, restock, order), reason } }] };
}

function checkPlaced(
  state: Readonly<StationState>,
  restock: string,
  driver: string,
  lines: readonly ProductUnits[],
): Refused | undefined {
  if (!state.registered) return refuse('unknown_station', 'station: is not registered');
  if (own(state.orders, restock)) return refuse('id_reused', `restock ${restock}: is placed already`);
  const open = Object.values(state.orders);
  if (open.length >= MOST_OPEN) return refuse('too_many_open_restocks', `station: has ${MOST_OPEN} open orders`);
  const unpaid = open.filter((order) => order.state === 'to_pay' && order.driver === driver).length;
  if (unpaid >= MOST_UNPAID) return refuse('too_many_open_restocks', `driver: has ${MOST_UNPAID} unpaid orders here`);
  if (lines.length < 1 || lines.length > MOST_LINES) return refuse('bad_input', `lines: must be 1 to ${MOST_LINES}`);
  if (new Set(lines.map(({ product }) => product)).size < lines.length) {
    return refuse('bad_input', 'lines: name each product once');
  }
  const bad = lines.find(({ units }) => !Number.isSafeInteger(units) || units < 1 || units > MOST_UNITS);
  return bad && refuse('bad_input', `units of ${bad.product}: must be a whole number, 1 to ${MOST_UNITS}`);
}

function priced(state: Readonly<StationState>, lines: readonly ProductUnits[]): OrderedLine[] | Refused {
  const ordered: OrderedLine[] = [];
  const lacking: { product: string; free: number }[] = [];
  for (const { product, units } of lines) {
    const supply = own(state.supply, product);
    if (!supply) return refuse('not_sold_here', `product ${product}: is not sold at this station`, { product });
    const free = freeOf(state, product) ?? 0;
    if (free < units) lacking.push({ product, free });
    ordered.push({ product, name: supply.name, units, price: supply.price });
  }
  if (lacking.length === 0) return ordered;
  const names = lacking.map(({ product, free }) => `${free} of ${product}`).join(', ');
  return refuse('sold_out', `lines: the station has ${names}`, { lacking });
}
