/**
 * Decisions about the goods that a driver carries, from the hand-over at a station to the slots of a
 * device of his.
 *
 *   B2  goods on their way are on a transit account: `<restock>.goods` from the station, `<load>.load` to
 *       the device; what a device did not take is taken back from there
 *   B3  nobody loads more than he carries
 *   Whose device it is, the device knows: it refuses everybody but its owner's actor.
 */
import { refuse, type Context, type Decision, type Refused } from '../runtime/definition.js';
import { toDevice, type LoadLine } from '../device/commands.js';
import { byItself } from '../shared/callers.js';
import { isId, own } from '../shared/own.js';
import { businessDay } from '../shared/period.js';
import { transit } from '../shared/settlement.js';
import type { Terms } from '../terms.js';
import type { Move } from '../../store/ports.js';
import { byDriver, byStationActor } from './callers.js';
import type { DriverCommands, NamedLoadLine } from './commands.js';
import type { DriverEvents, NamedUnits } from './events.js';
import { MOST_LOAD_LINES, MOST_LOADS, MOST_UNITS } from './limits.js';
import type { DriverState } from './state.js';

type Input<T extends keyof DriverCommands> = DriverCommands[T]['input'];
type Decided<T extends keyof DriverCommands> = Decision<DriverEvents, DriverCommands[T]['reply']>;

/** Goods that a station handed over. Never refused: they have left it. */
export function receiveGoods(terms: Pick<Terms, 'zone'>) {
  return (_state: Readonly<DriverState>, input: Input<'receiveGoods'>, context: Context): Decided<'receiveGoods'> => {
    const wrong = byStationActor(context);
    if (wrong) return wrong;
    const { restock, stationName, lines, amount, currency } = input;
    const day = businessDay(context.now, terms.zone);
    return {
      reply: null,
      events: [{ type: 'goodsReceived', data: { restock, stationName, lines, amount, currency, day } }],
      moves: movesOf(lines, transit(`${restock}.goods`), carriedBy(context)),
    };
  };
}

/** Sends goods into slots; how many of them fit is the device's answer. */
export function load(
  state: Readonly<DriverState>,
  { device, lines }: Input<'load'>,
  context: Context,
): Decided<'load'> {
  const wrong = byDriver(context) ?? checkLoad(state, device, lines);
  if (wrong) return wrong;
  const id = context.id('l');
  const named = lines.map(({ slot, product, units }): NamedLoadLine => {
    return { slot, product, units, name: own(state.carried, product)?.name ?? product };
  });
  const note = { load: id, device, lines: named };
  const goods = { load: id, lines: named.map(({ slot, product, units }) => ({ slot, product, units })) };
  return {
    reply: { load: id },
    events: [{ type: 'loadSent', data: note }],
    send: [toDevice('loadSlots', device, goods, { reply: 'loadAnswered', note })],
    moves: movesOf(lines, carriedBy(context), transit(`${id}.load`)),
  };
}

/** What the device says: the rest, or all of it when it refused, is carried again. */
export function loadAnswered(
  _state: Readonly<DriverState>,
  { outcome, note }: Input<'loadAnswered'>,
  context: Context,
): Decided<'loadAnswered'> {
  const wrong = byItself(context);
  if (wrong) return wrong;
  const { load: id, device, lines } = note;
  const loaded = outcome.ok ? outcome.value.loaded.filter(({ units }) => units > 0) : [];
  const returned = lines
    .map(({ slot, product, name, units }) => ({ product, name, units: units - unitsIn(loaded, slot) }))
    .filter(({ units }) => units > 0);
  const data = { load: id, device, loaded, returned: merged(returned) };
  return {
    reply: null,
    events: [{ type: 'loadEnded', data: outcome.ok ? data : { ...data, reason: outcome.error.code } }],
    moves: movesOf(data.returned, transit(`${id}.load`), carriedBy(context)),
  };
}

function checkLoad(state: Readonly<DriverState>, device: string, lines: readonly LoadLine[]): Refused | undefined {
  if (!isId(device)) return refuse('bad_input', 'device: must be an id');
  if (lines.length < 1 || lines.length > MOST_LOAD_LINES) {
    return refuse('bad_input', `lines: must be 1 to ${MOST_LOAD_LINES}`);
  }
  if (new Set(lines.map(({ slot }) => slot)).size < lines.length) {
    return refuse('bad_input', 'lines: name each slot once');
  }
  const bad = lines.find(({ units }) => !Number.isSafeInteger(units) || units < 1 || units > MOST_UNITS);
  if (bad) return refuse('bad_input', `units of slot ${bad.slot}: must be a whole number, 1 to ${MOST_UNITS}`);
  if (Object.keys(state.loads).length >= MOST_LOADS) {
    return refuse('too_many_loads', `loads: devices have not answered ${MOST_LOADS}`);
  }
  const wanted = new Map<string, number>();
  for (const { product, units } of lines) wanted.set(product, (wanted.get(product) ?? 0) + units);
  for (const [product, units] of wanted) {
    const carried = own(state.carried, product)?.units ?? 0;
    if (carried < units) {
      return refuse('not_carried', `units of ${product}: ${carried} are carried`, { product, carried });
    }
  }
  return undefined;
}

function carriedBy({ self }: Context): string {
  return `${self}/carried`;
}

function movesOf(lines: readonly { product: string; units: number }[], from: string, to: string): Move[] {
  return lines.map(({ product, units }) => ({ from, to, unit: product, quantity: units }));
}

function unitsIn(lines: readonly LoadLine[], slot: number): number {
  return lines.find((line) => line.slot === slot)?.units ?? 0;
}

/** One line for each product. */
function merged(lines: readonly NamedUnits[]): NamedUnits[] {
  const byProduct = new Map<string, NamedUnits>();
  for (const line of lines) {
    const units = (byProduct.get(line.product)?.units ?? 0) + line.units;
    byProduct.set(line.product, { ...line, units });
  }
  return [...byProduct.values()];
}
