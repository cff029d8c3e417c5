/**
 * The demo: a made-up city comes to life on a running server, through real sockets. Cars drive, passengers arrive,
 * drivers restock. It knows the server by its address alone.
 */
import { Counter } from '../traffic/counter.js';
import { Entrance } from '../traffic/entrance.js';
import { NothingCame } from '../traffic/inbox.js';
import { Refused } from '../traffic/line.js';
import { forEach } from '../traffic/pool.js';
import { Tally } from '../traffic/tally.js';
import { Dice } from './city/dice.js';
import type { City } from './city/index.js';
import { Driver, type Surroundings } from './driver.js';
import { Passengers } from './passengers.js';

/** How the demo runs. */
export interface DemoOptions {
  /** The server, or the nodes of one, among which everybody is spread. */
  readonly url: string | readonly string[];
  readonly city: City;
  readonly currency: string;
  /** The platform's operator. */
  readonly operator: { readonly name: string; readonly password: string };
  /** What everybody else of the demo logs in with. */
  readonly password: string;
  /** Sales that passengers begin in a second, on average. */
  readonly salesPerSecond: number;
}

/** A demo that runs. */
export interface Demo {
  readonly tally: Tally;
  /** Resolves when all stations and cars are there, or the demo is stopped; rejects when that failed. */
  readonly complete: Promise<void>;
  readonly stop: () => void;
}

const TICK_MS = 1_000;
/** Passenger accounts, cars that come in at once, and products of one command. */
const PASSENGERS = 12;
const AT_ONCE = 4;
const BATCH = 100;
/** One device in so many goes out of reach in a second, for at most so many ms. */
const TUNNELS = 1 / 3_000;
const TUNNEL_MS = 90_000;
/** One line in so many a station cannot give. */
const SHORT = 1 / 40;

/** Brings the city to life. Resolves when its first cars are about to start; the others follow while these drive. */
export async function runDemo(options: DemoOptions): Promise<Demo> {
  const { url, city, currency, operator, password } = options;
  const tally = new Tally();
  const dice = new Dice(city.seed);
  const onRefused = (code: string): void => {
    tally.refused(code);
  };
  const entrance = await Entrance.open(url, operator, () => password, onRefused);
  const counters = new Map<string, Counter>();
  const around: Surroundings = { city, entrance, counters, dice, tally, currency };
  const passengers = new Passengers(city.popularity, dice, tally);
  const drivers: Driver[] = [];
  await supply(city, entrance);
  let stop: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  const start = async (): Promise<void> => {
    const drive = async (): Promise<void> => {
      // A driver who finds all shelves empty has nothing to sell, and so nothing that would make him look again.
      await openCounters(around, counters);
      await forEach(city.cars, AT_ONCE, async (car) => {
        drivers.push(await Driver.start(car, around));
      });
    };
    await Promise.all([passengers.signUp(PASSENGERS, entrance, currency), drive()]);
  };
  // Whoever is still coming in when the demo stops is refused, which is no failure any more.
  const complete = Promise.race([start(), stopped]);
  const stopDriving = driveAll(drivers, dice);
  const stopBuying = buyAll(drivers, passengers, dice, options.salesPerSecond);
  return {
    tally,
    complete,
    stop() {
      stop();
      stopDriving();
      stopBuying();
      entrance.close();
    },
  };
}

/** Catalogue and stations. */
async function supply(city: City, entrance: Entrance): Promise<void> {
  const { platform } = entrance;
  const products = city.goods.map(({ id, name, nameEn, price }) => ({ id, name, nameEn, price }));
  for (let from = 0; from < products.length; from += BATCH) {
    await platform.ask('catalogue.put', { products: products.slice(from, from + BATCH) });
  }
  await forEach(city.stations, AT_ONCE, async ({ id, name, lon, lat, address }) => {
    await platform.ask('station.register', { id, name, lon, lat, address });
  });
}

async function openCounters(
  { city, entrance, dice, tally }: Surroundings,
  counters: Map<string, Counter>,
): Promise<void> {
  await forEach(city.stations, AT_ONCE, async ({ id, stock }) => {
    const { line } = await entrance.clerk(id, id.replace('st_', 'station'));
    const grants = ({ units }: { units: number }): number => (dice.chance(SHORT) ? 0 : units);
    const onError = (error: Error): void => {
      if (error instanceof Refused) tally.refused(error.code);
    };
    counters.set(id, await Counter.open(id, line, { supply: stock, grants, onError }));
  });
}

/** Cars move every second; every other second each says where it is. */
function driveAll(drivers: readonly Driver[], dice: Dice): () => void {
  let tick = 0;
  const timer = setInterval(() => {
    tick += 1;
    const now = Date.now();
    drivers.forEach((driver, i) => {
      driver.drive(now);
      if ((i + tick) % 2 === 0) driver.ping();
      if (dice.chance(TUNNELS)) driver.tunnel(dice.between(TUNNEL_MS / 6, TUNNEL_MS));
    });
  }, TICK_MS);
  return () => {
    clearInterval(timer);
  };
}

/** Passengers arrive independently of each other, as soon as there are cars. */
function buyAll(drivers: readonly Driver[], passengers: Passengers, dice: Dice, perSecond: number): () => void {
  let timer: NodeJS.Timeout;
  const arrive = (): void => {
    timer = setTimeout(arrive, (-Math.log(1 - dice.next()) / perSecond) * 1_000);
    if (drivers.length === 0) return;
    passengers.buyAt(dice.pick(drivers).box).catch((error: unknown) => {
      // Refusals are counted; a passenger who got no answer goes away.
      if (!(error instanceof Refused || error instanceof NothingCame)) throw error;
    });
  };
  arrive();
  return () => {
    clearTimeout(timer);
  };
}
