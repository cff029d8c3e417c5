/**
 * A taxi of the recording: its driver, who restocks, and its device, which sells.
 */
import { distance } from 'geokdbush';
import type { Fix } from '../csv/traces.js';
import { Box, sureDrop } from '../traffic/box.js';
import { Carrier } from '../traffic/carrier.js';
import type { Counter } from '../traffic/counter.js';
import type { Entrance, PlannedSlot } from '../traffic/entrance.js';
import type { Place } from '../traffic/errand.js';
import { Refused, type Line } from '../traffic/line.js';
import { Purse } from '../traffic/purse.js';
import type { Tally } from '../traffic/tally.js';
import type { RecordedProduct, Survey } from './survey.js';

/** Units of one slot. */
const CAPACITY = 6;
/** Minor units of one top-up. */
export const PORTION = 5_000_000;

/** One taxi with its driver and its device. */
export interface Taxi {
  readonly box: Box;
  readonly driver: Line;
  readonly carrier: Carrier;
  /** Changes with a recorded price; indexed by product. */
  readonly slots: Map<string, PlannedSlot>;
  place: Place;
}

/** What all taxis share. */
export interface Around {
  readonly entrance: Entrance;
  readonly found: Survey;
  readonly counters: ReadonlyMap<string, Counter>;
  readonly tally: Tally;
}

/** Connects a taxi where its first fix is, with full slots. */
export async function bringTaxi(first: Fix, { entrance, found, counters, tally }: Around): Promise<Taxi> {
  const device = `d_${first.taxi}`;
  const person = await entrance.person('driver', `replay-taxi-${first.taxi}`, `Taxi ${first.taxi}`);
  const boxLine = await entrance.device(device, { name: `Taxi ${first.taxi}`, currency: found.currency });
  const slots = await entrance.fitOut(device, boxLine, person.line, (present) => planned(present, found.products));
  const box = await Box.start(device, boxLine, sureDrop, (error) => {
    if (error instanceof Refused) tally.refused(error.code);
  });
  const purse = await Purse.open(person.line, person.key, found.currency, PORTION);
  const trip = {
    place: () => taxi.place,
    elsewhere: () => nearest(taxi.place, found.stations),
    drive: () => Promise.resolve(),
    showCode: (station: string, restock: string, code: string) =>
      counters.get(station)?.handOver(restock, code) ?? Promise.resolve(false),
    topUp: () => purse.ensure(PORTION),
  };
  const carrier = new Carrier(person.key, device, person.line, trip, tally);
  const place = { lon: first.lon, lat: first.lat };
  const taxi: Taxi = {
    box,
    driver: person.line,
    carrier,
    slots: new Map(slots.map((slot) => [slot.product, slot])),
    place,
  };
  await carrier.start();
  await purse.ensure(PORTION / 5);
  await carrier.refill();
  return taxi;
}

/**
 * A slot for each recorded product: where the device has it already, else the next free one. What an earlier replay
 * left in other slots stays there.
 */
function planned(present: readonly PlannedSlot[], products: readonly RecordedProduct[]): readonly PlannedSlot[] {
  const slots = new Map(present.map((slot) => [slot.product, slot]));
  let last = Math.max(0, ...present.map(({ slot }) => slot));
  for (const { id, price } of products) {
    const { slot, capacity } = slots.get(id) ?? { slot: ++last, capacity: CAPACITY };
    slots.set(id, { slot, product: id, capacity, price });
  }
  return [...slots.values()];
}

/** The nearest recorded station, however far: a recording may put cars and stations in different cities. */
function nearest(place: Place, stations: readonly Place[]): Place {
  const metres = (other: Place): number => distance(place.lon, place.lat, other.lon, other.lat);
  return stations.reduce((best, station) => (metres(station) < metres(best) ? station : best));
}
