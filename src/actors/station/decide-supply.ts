/** Decisions about a station itself and what it has to sell. */
import { refuse, type Context, type Decision, type Refused } from '../runtime/definition.js';
import { kindOf } from '../runtime/ids.js';
import { isId, own } from '../shared/own.js';
import type { Move } from '../../store/ports.js';
import type { Terms } from '../terms.js';
import { byStation } from './callers.js';
import type { StationPublicCommands, StockLine } from './commands.js';
import type { StationEvents } from './events.js';
import { HIGHEST_PRICE, MOST_LINES, MOST_PRODUCTS, MOST_STOCK } from './limits.js';
import type { StationState } from './state.js';

type Input<T extends keyof StationPublicCommands> = StationPublicCommands[T]['input'];
type Decided<T extends keyof StationPublicCommands> = Decision<StationEvents, StationPublicCommands[T]['reply']>;

/** By the platform; a repeat with the same fields changes nothing, so an import can be run again. */
export function register(terms: Pick<Terms, 'currency'>) {
  return (state: Readonly<StationState>, input: Input<'register'>, context: Context): Decided<'register'> => {
    if (!['platform', 'system'].includes(kindOf(context.caller))) {
      return refuse('not_allowed', `caller ${kindOf(context.caller)}: only the platform registers stations`);
    }
    const { name, lon, lat, address = '' } = input;
    if (name.length < 1 || name.length > 80) return refuse('bad_input', 'name: must have 1 to 80 characters');
    if (address.length > 200) return refuse('bad_input', 'address: must have at most 200 characters');
    if (!(Math.abs(lon) <= 180)) return refuse('bad_input', `lon ${lon}: must be degrees, -180 to 180`);
    if (!(Math.abs(lat) <= 90)) return refuse('bad_input', `lat ${lat}: must be degrees, -90 to 90`);
    const reply = { station: context.key };
    const known = state.registered && name === state.name && lon === state.lon && lat === state.lat;
    if (known && address === state.address) return { reply };
    // Prices are in the currency of the first registration: another one would make them worth something else.
    const currency = state.registered ? state.currency : terms.currency;
    return { reply, events: [{ type: 'stationRegistered', data: { name, lon, lat, address, currency } }] };
  };
}

/** By a job; whatever the platform has said since stands. */
export function setAddress(
  state: Readonly<StationState>,
  { lon, lat, address }: Input<'setAddress'>,
  { caller, key }: Context,
): Decided<'setAddress'> {
  if (kindOf(caller) !== 'system') return refuse('not_allowed', `caller ${kindOf(caller)}: only a job finds addresses`);
  if (!state.registered) return refuse('unknown_station', 'station: is not registered');
  if (address.length < 1 || address.length > 200) return refuse('bad_input', 'address: must have 1 to 200 characters');
  const reply = { station: key };
  if (state.address !== '' || lon !== state.lon || lat !== state.lat) return { reply };
  const { name, currency } = state;
  return { reply, events: [{ type: 'stationRegistered', data: { name, lon, lat, address, currency } }] };
}

/**
 * Sets supplies to what was counted (B2: what came in is from `world/supply`, what is missing went to `world/lost`).
 */
export function stock(state: Readonly<StationState>, { lines }: Input<'stock'>, context: Context): Decided<'stock'> {
  const wrong = byStation(context, true) ?? checkLines(state, lines);
  if (wrong) return wrong;
  const set = lines.map(({ product, name, units, price }) => ({ product, name, count: units, price }));
  const moves = lines.flatMap(({ product, units }): Move[] => {
    const difference = units - (own(state.supply, product)?.count ?? 0);
    if (difference === 0) return [];
    const [from, to] = difference > 0 ? ['world/supply', context.self] : [context.self, 'world/lost'];
    return [{ from, to, unit: product, quantity: Math.abs(difference) }];
  });
  return { reply: { products: lines.length }, events: [{ type: 'supplySet', data: { lines: set } }], moves };
}

function checkLines(state: Readonly<StationState>, lines: readonly StockLine[]): Refused | undefined {
  if (!state.registered) return refuse('unknown_station', 'station: is not registered');
  if (lines.length < 1 || lines.length > MOST_LINES) {
    return refuse('bad_input', `lines: must be 1 to ${MOST_LINES}`);
  }
  const products = new Set(lines.map(({ product }) => product));
  if (products.size < lines.length) return refuse('bad_input', 'lines: name each product once');
  const all = new Set([...Object.keys(state.supply), ...products]);
  if (all.size > MOST_PRODUCTS)
    return refuse('too_many_products', `lines: ${all.size} products, at most ${MOST_PRODUCTS}`);
  for (const line of lines) {
    const wrong = checkLine(state, line);
    if (wrong) return wrong;
  }
  return undefined;
}

function checkLine(state: Readonly<StationState>, { product, name, units, price }: StockLine): Refused | undefined {
  if (!isId(product)) return refuse('bad_input', 'product: must be an id');
  if (name.length < 1 || name.length > 80)
    return refuse('bad_input', `name of ${product}: must have 1 to 80 characters`);
  if (!Number.isSafeInteger(units) || units < 0 || units > MOST_STOCK) {
    return refuse('bad_input', `units of ${product}: must be a whole number, 0 to ${MOST_STOCK}`);
  }
  if (!Number.isSafeInteger(price) || price < 1 || price > HIGHEST_PRICE) {
    return refuse('bad_input', `price of ${product}: must be a whole number of minor units, 1 to ${HIGHEST_PRICE}`);
  }
  const reserved = own(state.supply, product)?.reserved ?? 0;
  if (units >= reserved) return undefined;
  return refuse('stock_reserved', `units of ${product}: ${reserved} are reserved for orders`, { product, reserved });
}
