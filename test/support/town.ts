/**
 * Two parties of each role at one server, each with objects of its own: what one of them may do to the other's is what
 * a test of who-may-what asks.
 */
import type { Role } from '../../src/gateway/contract/declare.js';
import { Carrier } from '../../src/jobs/traffic/carrier.js';
import { Counter } from '../../src/jobs/traffic/counter.js';
import { Entrance } from '../../src/jobs/traffic/entrance.js';
import { Line } from '../../src/jobs/traffic/line.js';
import { Purse } from '../../src/jobs/traffic/purse.js';
import { Tally } from '../../src/jobs/traffic/tally.js';
import { until } from './until.js';

/** Ids of one party's objects, or of things that nobody has. */
export interface Things {
  readonly driver: string;
  readonly device: string;
  readonly station: string;
  readonly sale: string;
  readonly restock: string;
  readonly payment: string;
  readonly passenger: string;
}

export interface Party {
  readonly things: Things;
  readonly lines: Readonly<Record<'passenger' | 'driver' | 'station' | 'device', Line>>;
}

export interface Town {
  readonly ours: Party;
  readonly theirs: Party;
  readonly platform: Line;
  readonly screen: Line;
  readonly guest: Line;
  close(): void;
}

/** The role of a line of the town. */
export type Asking = Role | 'guest';

/** Well-formed ids that no object has. */
export const NOBODYS: Things = {
  driver: 'dr_nobody',
  device: 'd_nobody',
  station: 'st_nobody',
  sale: 's_nobody',
  restock: 'r_nobody',
  payment: 'pay_nobody',
  passenger: 'p_nobody',
};

export const PRODUCT = 'pr_tea';
const [SHELF, CAPACITY] = [{ product: PRODUCT, units: 50, price: 100 }, 8];

/** Lets everybody in; whoever shall be asked for money there pays at once. */
export async function buildTown(
  url: string,
  operator: { readonly name: string; readonly password: string },
): Promise<Town> {
  const entrance = await Entrance.open(url, operator);
  await entrance.platform.ask('catalogue.put', { products: [{ id: PRODUCT, name: 'Tea' }] });
  const parties = [await party(entrance, 'ours', 121), await party(entrance, 'theirs', 122)] as const;
  const [screen, guest] = [await Line.open(url, { screen: '' }), await Line.open(url, {})];
  return {
    ours: parties[0],
    theirs: parties[1],
    platform: entrance.platform,
    screen,
    guest,
    close() {
      for (const line of [screen, guest]) line.close();
      entrance.close();
    },
  };
}

/** One of each role: a stocked station, a filled device with a sale that is not paid, a restock that is not paid. */
async function party(entrance: Entrance, name: string, lon: number): Promise<Party> {
  // Far from the other party: drivers go to the nearest station.
  const place = { lon, lat: 31.2 };
  const [device, station] = [`d_${name}`, `st_${name}`];
  const passenger = await entrance.person('passenger', `${name}.rider`, 'Rider');
  const driver = await entrance.person('driver', `${name}.driver`, 'Driver');
  await entrance.platform.ask('station.register', { id: station, name, ...place });
  const clerk = await entrance.clerk(station, `${name}.clerk`);
  const counter = await Counter.open(station, clerk.line, {
    supply: [SHELF],
    grants: ({ units }) => units,
    onError(error) {
      throw error;
    },
  });
  const box = await entrance.device(device, { name });
  await entrance.fitOut(device, box, driver.line, () => [
    { slot: 1, product: PRODUCT, capacity: CAPACITY, price: 300 },
  ]);

  const purse = await Purse.open(driver.line, driver.key, 'CNY', 10_000);
  await purse.ensure(CAPACITY * SHELF.price);
  const trip = {
    place: () => place,
    elsewhere: () => place,
    drive: () => Promise.resolve(),
    showCode: (_station: string, restock: string, code: string) => counter.handOver(restock, code),
    topUp: () => Promise.resolve(),
  };
  const carrier = new Carrier(driver.key, device, driver.line, trip, new Tally());
  await carrier.start();
  await until('drivers find the station', async () => {
    const { stations } = await driver.line.ask('station.near', { ...place, radiusM: 10, lacking: [PRODUCT] });
    return stations.some(({ id, has }) => id === station && has.length > 0);
  });
  await carrier.refill();

  const { sale } = await passenger.line.ask('sale.place', { device, lines: [{ slot: 1, units: 1 }] });
  const { payment } = await passenger.line.ask('wallet.topUp', { amount: 500, currency: 'CNY', provider: 'sandbox' });
  await driver.line.ask('cart.set', { station, product: PRODUCT, units: 3, chosen: true });
  const { restocks } = await driver.line.ask('restock.checkOut', {});
  const restock = restocks[0]?.restock ?? '';
  await until('the station has the restock', () =>
    driver.line.ask('restock.get', { station, restock }).then(
      () => true,
      () => false,
    ),
  );
  // What they heard in order to come so far; from now on they follow what the test lets them.
  clerk.line.leave(`station:${station}/orders`);
  for (const stream of [`driver:${driver.key}/me`, `device:${device}/owner`]) driver.line.leave(stream);
  return {
    things: { driver: driver.key, device, station, sale, restock, payment, passenger: passenger.key },
    lines: { passenger: passenger.line, driver: driver.line, station: clerk.line, device: box },
  };
}
