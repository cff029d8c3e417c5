/**
 * Decisions about a driver's cart, and the orders that it becomes. A cart holds wishes: neither a price
 * nor a name is taken from it, and an order that was placed is never rewritten by it.
 */
import { messagesTo, refuse, type Context, type Decision, type Message } from '../runtime/definition.js';
import { kindOf } from '../runtime/ids.js';
import { byItself } from '../shared/callers.js';
import { isId, own } from '../shared/own.js';
import type { StationCommands } from '../station/commands.js';
import type { Terms } from '../terms.js';
import { byDriver } from './callers.js';
import type { AskedRestock, DriverCommands } from './commands.js';
import type { DriverEvents } from './events.js';
import { GIVE_UP_MS, MOST_ASKED, MOST_LINES, MOST_UNITS } from './limits.js';
import type { DriverState } from './state.js';

type Input<T extends keyof DriverCommands> = DriverCommands[T]['input'];
type Decided<T extends keyof DriverCommands> = Decision<DriverEvents, DriverCommands[T]['reply']>;

const toStation = messagesTo<StationCommands>('station');
const giveUp = (restock: string): string => `giveUp/${restock}`;

/** By the driver, or by the gateway when he signs up. */
export function setProfile(
  state: Readonly<DriverState>,
  { displayName }: Input<'setProfile'>,
  context: Context,
): Decided<'setProfile'> {
  const wrong = kindOf(context.caller) === 'system' ? undefined : byDriver(context);
  if (wrong) return wrong;
  if (displayName.length < 1 || displayName.length > 40) {
    return refuse('bad_input', 'displayName: must have 1 to 40 characters');
  }
  const reply = { driver: context.key };
  if (displayName === state.displayName) return { reply };
  return { reply, events: [{ type: 'profileSet', data: { displayName } }] };
}

/** Puts a line in, changes it, or with units 0 takes it out. */
export function setCartLine(
  state: Readonly<DriverState>,
  line: Input<'setCartLine'>,
  context: Context,
): Decided<'setCartLine'> {
  const wrong = byDriver(context);
  if (wrong) return wrong;
  const { station, product, units, chosen } = line;
  if (!isId(station)) return refuse('bad_input', 'station: must be an id');
  if (!isId(product)) return refuse('bad_input', 'product: must be an id');
  if (!Number.isSafeInteger(units) || units < 0 || units > MOST_UNITS) {
    return refuse('bad_input', `units: must be a whole number, 0 to ${MOST_UNITS}`);
  }
  const others = state.cart.filter((one) => one.station !== station || one.product !== product).length;
  const lines = others + (units > 0 ? 1 : 0);
  if (lines > MOST_LINES) return refuse('cart_full', `cart: has ${MOST_LINES} lines`);
  return { reply: { lines }, events: [{ type: 'cartLineSet', data: { station, product, units, chosen } }] };
}

/** One order for each station of the chosen lines; each station answers for itself. */
export function checkOut(
  state: Readonly<DriverState>,
  _input: Input<'checkOut'>,
  context: Context,
): Decided<'checkOut'> {
  const wrong = byDriver(context);
  if (wrong) return wrong;
  const chosen = state.cart.filter((line) => line.chosen);
  if (chosen.length === 0) return refuse('cart_empty', 'cart: no line is chosen');
  const stations = [...new Set(chosen.map(({ station }) => station))];
  if (Object.keys(state.asked).length + stations.length > MOST_ASKED) {
    return refuse('overloaded', `restocks: ${MOST_ASKED} wait for their stations`);
  }
  const restocks = stations.map((station): AskedRestock => {
    const lines = chosen.filter((line) => line.station === station);
    return { restock: context.id('r'), station, lines: lines.map(({ product, units }) => ({ product, units })) };
  });
  const driverName = state.displayName || context.key;
  const due = context.now + GIVE_UP_MS;
  return {
    reply: { restocks },
    events: [{ type: 'checkedOut', data: { restocks } }],
    send: restocks.flatMap((asked): Message[] => {
      const { restock, station, lines } = asked;
      const timer = { to: context.self, type: 'giveUpRestock', input: { restock }, due, label: giveUp(restock) };
      const order = { restock, driverName, lines };
      return [toStation('placeRestock', station, order, { reply: 'restockAnswered', note: asked }), timer];
    }),
  };
}

/** What a station says to an order: a refused one ends, the others of the check-out stand. */
export function restockAnswered(terms: Pick<Terms, 'currency'>) {
  return (
    state: Readonly<DriverState>,
    { outcome, note }: Input<'restockAnswered'>,
    context: Context,
  ): Decided<'restockAnswered'> => {
    const wrong = byItself(context);
    if (wrong) return wrong;
    const { restock, station } = note;
    const closes = [giveUp(restock)];
    if (!outcome.ok) {
      const { code: reason, message } = outcome.error;
      const data = notTaken(state, note, reason, message, terms.currency, context);
      return { reply: null, events: [{ type: 'restockNotTaken', data }], closes };
    }
    if (own(state.asked, restock)) {
      return { reply: null, events: [{ type: 'restockTaken', data: { ...outcome.value, station } }], closes };
    }
    // Given up before: the driver was told that there is no such order, so there must be none.
    return {
      reply: null,
      events: [{ type: 'restockCalledOff', data: { restock, station } }],
      send: [toStation('cancelRestock', station, { restock })],
    };
  };
}

/** Timer: no answer at all. The order ends here; should the station have taken it, its answer calls it off. */
export function giveUpRestock(terms: Pick<Terms, 'currency'>) {
  return (
    state: Readonly<DriverState>,
    { restock }: Input<'giveUpRestock'>,
    context: Context,
  ): Decided<'giveUpRestock'> => {
    const wrong = byItself(context);
    if (wrong) return wrong;
    const asked = own(state.asked, restock);
    if (!asked) return { reply: null };
    const message = `station ${asked.station}: has not answered`;
    const data = notTaken(state, asked, 'unavailable', message, terms.currency, context);
    return { reply: null, events: [{ type: 'restockNotTaken', data }] };
  };
}

function notTaken(
  state: Readonly<DriverState>,
  { restock, station, lines }: AskedRestock,
  reason: string,
  message: string,
  currency: string,
  { key, now }: Context,
): DriverEvents['restockNotTaken'] {
  const askedAt = own(state.asked, restock)?.since ?? now;
  return { restock, station, lines, reason, message, askedAt, currency, driverName: state.displayName || key };
}
