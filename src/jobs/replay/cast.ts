/**
 * Who plays in a replay: a station with its counter for each recorded one, a driver with a device for each taxi, and
 * a few passengers. The rules that the recording leaves open:
 *
 *   slots       a device has a slot for each recorded product (taxi.ts)
 *   supply      a station keeps {@link SUPPLY} units of each product but every fourth one, at 55 % of its first price
 *   passengers  a card is always the same one of {@link PASSENGERS} accounts; cash is spread by the sale's number
 *   times       the fixes are moved so that the last one is at the moment the replay begins
 */
import { createHash, createHmac } from 'node:crypto';
import { Counter } from '../traffic/counter.js';
import { Entrance } from '../traffic/entrance.js';
import { Refused, type Line } from '../traffic/line.js';
import { forEach } from '../traffic/pool.js';
import { Purse } from '../traffic/purse.js';
import type { Tally } from '../traffic/tally.js';
import type { Survey } from './survey.js';
import { bringTaxi, PORTION, type Taxi } from './taxi.js';

const SUPPLY = 200;
export const PASSENGERS = 32;
/** Wholesale price, in hundredths of the first recorded price. */
const WHOLESALE = 55;
/** Who comes in at once. */
const AT_ONCE = 8;

/** A server, and its platform operator's log-in. */
export interface Server {
  readonly url: string;
  readonly operator: { readonly name: string; readonly password: string };
}

/** A passenger's account. */
export interface Rider {
  readonly line: Line;
  readonly purse: Purse;
}

/** Everybody, connected and fitted out. */
export interface Cast {
  readonly taxis: ReadonlyMap<string, Taxi>;
  readonly riders: readonly Rider[];
  /** Everybody goes. */
  readonly leave: () => void;
}

/**
 * Brings everybody onto the server; `onStep` hears of each who came in. A second replay on one server finds the first
 * one's.
 */
export async function assemble(server: Server, found: Survey, tally: Tally, onStep: () => void): Promise<Cast> {
  const onRefused = (code: string): void => {
    tally.refused(code);
  };
  const { name, password } = server.operator;
  // Accounts that a later replay can log in to again, with a password that nobody else can tell.
  const passwordOf = (login: string): string => createHmac('sha256', password).update(`${name}/${login}`).digest('hex');
  const entrance = await Entrance.open(server.url, server.operator, passwordOf, onRefused);
  const products = found.products.map(({ id, name: title, price }) => ({ id, name: title, price }));
  for (let from = 0; from < products.length; from += 100) {
    await entrance.platform.ask('catalogue.put', { products: products.slice(from, from + 100) });
  }
  const counters = await openStations(entrance, found, tally, onStep);
  const riders: Rider[] = [];
  await forEach(Array.from({ length: PASSENGERS }).keys(), AT_ONCE, async (i) => {
    const { key, line } = await entrance.person('passenger', `replay-rider-${i + 1}`, `Rider ${i + 1}`);
    riders[i] = { line, purse: await Purse.open(line, key, found.currency, PORTION) };
    onStep();
  });
  const taxis = new Map<string, Taxi>();
  await forEach(found.cars, AT_ONCE, async (first) => {
    taxis.set(first.taxi, await bringTaxi(first, { entrance, found, counters, tally }));
    onStep();
  });
  const leave = (): void => {
    entrance.close();
  };
  return { taxis, riders, leave };
}

/** How many steps {@link assemble} tells of. */
export function castSize(found: Survey): number {
  return found.stations.length + PASSENGERS + found.cars.length;
}

/** The number of the rider who buys. */
export function riderOf(card: string | undefined, sale: string): number {
  const digest = createHash('sha256')
    .update(card ?? sale)
    .digest();
  return digest.readUInt32BE() % PASSENGERS;
}

async function openStations(
  entrance: Entrance,
  found: Survey,
  tally: Tally,
  onStep: () => void,
): Promise<ReadonlyMap<string, Counter>> {
  const counters = new Map<string, Counter>();
  await forEach(found.stations.entries(), AT_ONCE, async ([i, { id, name, lon, lat }]) => {
    const station = `st_${id}`;
    await entrance.platform.ask('station.register', { id: station, name, lon, lat });
    const { line } = await entrance.clerk(station, `replay-${station}`);
    const supply = found.products
      .filter((_, j) => (i + j) % 4 !== 0)
      .map((product) => ({ product: product.id, units: SUPPLY, price: wholesale(product.price) }));
    const onError = (error: Error): void => {
      if (error instanceof Refused) tally.refused(error.code);
    };
    counters.set(station, await Counter.open(station, line, { supply, grants: ({ units }) => units, onError }));
    onStep();
  });
  return counters;
}

function wholesale(price: number): number {
  return Math.max(1, Math.round((price * WHOLESALE) / 100));
}
