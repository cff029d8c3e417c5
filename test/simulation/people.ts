/**
 * The people of a simulated town: passengers who buy, devices that drop, drivers who restock,
 * stations that serve. Each does what its seed says and asks until it has an answer.
 */
import type { DeviceHome, PlacedSale, SlotUnits } from '../../src/actors/device/commands.js';
import { digest } from '../../src/actors/shared/secret.js';
import type { OpenRestockPage } from '../../src/actors/station/reads.js';
import type { ActorId, Json, Outcome } from '../../src/store/ports.js';
import { pause } from './network.js';
import type { World } from './world.js';

export const PRODUCTS = ['pr_tea', 'pr_nuts', 'pr_water'] as const;
export const DEVICES = ['d_1', 'd_2', 'd_3'] as const;
export const STATIONS = ['st_1', 'st_2'] as const;
export const DRIVERS = ['dr_1', 'dr_2'] as const;
export const PASSENGERS = ['p_1', 'p_2', 'p_3', 'p_4'] as const;

/** Chance that a device says nothing of what it dropped, and that a station leaves an order lying. */
const SILENT = 0.08;

/** The driver of each device. */
export function driverOf(device: (typeof DEVICES)[number]): (typeof DRIVERS)[number] {
  return device === 'd_3' ? 'dr_2' : 'dr_1';
}

export const SLOTS = PRODUCTS.map((product, i) => ({
  slot: i + 1,
  product,
  name: product.slice(3),
  capacity: 8,
  price: 300 + 250 * i,
}));

/** Opens stations, gives every device its owner and slots, fills the wallets. */
export async function settleTown(world: World): Promise<void> {
  const stations = STATIONS.map(async (station) => {
    const place = { name: station, lon: 121.4, lat: 31.2, address: '1 Long Street' };
    await must(world.ask(`station:${station}`, 'register', place, 'platform:ops'));
    const lines = PRODUCTS.map((product) => ({ product, name: product.slice(3), units: 18, price: 100 }));
    await must(world.ask(`station:${station}`, 'stock', { lines }, `station:${station}`));
  });
  const devices = DEVICES.map(async (device) => {
    const driver = driverOf(device);
    const self = `device:${device}` as const;
    await must(world.ask(self, 'register', { name: device, keyHash: 'k' }, 'platform:ops'));
    await must(world.ask(self, 'showCode', { codeHash: digest(device, '1234') }, self));
    await must(world.ask(self, 'claim', { code: '1234', driverName: driver }, `driver:${driver}`));
    await must(world.ask(self, 'setPlanogram', { slots: SLOTS }, `driver:${driver}`));
    await must(world.ask(self, 'cameOnline', { connection: 'c' }, self));
  });
  world.provider.behaviour = 'pays';
  const wallets = [...PASSENGERS, ...DRIVERS].map((owner) => topUp(world, owner, 50_000));
  await Promise.all([...stations, ...devices, ...wallets]);
  world.provider.behaviour = undefined;
}

async function topUp(world: World, owner: string, amount: number): Promise<void> {
  const payer = `${owner.startsWith('p_') ? 'passenger' : 'driver'}:${owner}`;
  const open = { provider: 'sandbox', amount, currency: 'CNY', purpose: { kind: 'topUp', key: owner }, payer };
  await must(world.ask(`payment:pay_${owner}`, 'open', open, payer));
}

/** Buys `sales` times, now and then two at once: from the balance or at the provider, sometimes not at all. */
export async function passenger(world: World, who: (typeof PASSENGERS)[number], sales: number): Promise<void> {
  const { faults, clock } = world;
  for (let bought = 0; bought < sales;) {
    await pause(clock, faults.random() * 15_000);
    const together = Math.min(faults.between(1, 2), sales - bought);
    const at = faults.pick(DEVICES);
    await Promise.all(Array.from({ length: together }, () => buy(world, at, `passenger:${who}`)));
    bought += together;
  }
}

async function buy(world: World, at: (typeof DEVICES)[number], me: string): Promise<void> {
  const { faults } = world;
  const self = `device:${at}` as const;
  // He says what he would like to pay, too: nobody listens (B1).
  const lines = [{ slot: faults.between(1, 3), units: faults.between(1, 2), price: 1 }];
  const placed = await world.ask(self, 'placeSale', { lines }, me);
  if (!placed.ok) return;
  const { sale } = placed.value as unknown as PlacedSale;
  const will = faults.random();
  if (will < 0.1) await world.ask(self, 'cancelSale', { sale }, me);
  else if (will < 0.85) await world.ask(self, 'paySale', { sale, method: will < 0.45 ? 'balance' : 'sandbox' }, me);
  // He leaves the provider's page, and pays otherwise.
  if (will > 0.45 && will < 0.53) await world.ask(self, 'paySale', { sale, method: 'balance' }, me);
  if (will > 0.8) await world.ask(self, 'cancelSale', { sale }, me);
}

/** Drops what is paid: mostly all, sometimes a part; sometimes it says so too late. Ends when `done` says so. */
export async function device(world: World, key: (typeof DEVICES)[number], done: () => boolean): Promise<void> {
  const { faults, clock } = world;
  const self = `device:${key}` as const;
  const told = new Set<string>();
  const report = async (sale: string, lines: readonly SlotUnits[]): Promise<void> => {
    const all = faults.random() > 0.15;
    const dropped = lines.map(({ slot, units }) => {
      return all ? { slot, dropped: units } : { slot, dropped: faults.between(0, units), reason: 'jam' };
    });
    await world.ask(self, 'reportDispense', { sale, lines: dropped }, self);
  };
  while (!done()) {
    await pause(clock, 1000 + faults.random() * 3000);
    const home = valueOf(await world.read(self, 'home', {}, self)) as unknown as DeviceHome;
    for (const { sale, lines } of home.dispenses) {
      if (told.has(sale)) continue;
      told.add(sale);
      if (faults.random() > SILENT) await report(sale, lines);
    }
    for (const { sale, lines } of home.doubts) if (faults.random() < 0.3) await report(sale, lines);
  }
}

/** Fills his cart at both stations, checks out, pays, picks up what stands ready, loads it. */
export async function driver(world: World, who: (typeof DRIVERS)[number], rounds: number): Promise<void> {
  const { faults, clock } = world;
  const self = `driver:${who}` as const;
  const codes = pickUpCodes(world, who);
  for (let round = 0; round < rounds; round++) {
    const wanted = STATIONS.flatMap((at) => PRODUCTS.map((product) => ({ station: at, product })));
    // All at once: several entries of one actor in a batch.
    const lines = wanted.map((line) => ({ ...line, units: faults.between(2, 6), chosen: faults.random() < 0.9 }));
    await Promise.all(lines.map((line) => world.ask(self, 'setCartLine', line, self)));
    const checkedOut = await world.ask(self, 'checkOut', {}, self);
    if (!checkedOut.ok) continue;
    const { restocks } = checkedOut.value as unknown as { restocks: { restock: string; station: string }[] };
    for (const { restock, station } of restocks) {
      await pause(clock, faults.random() * 5000);
      const to = `station:${station}` as const;
      const will = faults.random();
      if (will < 0.1) await world.ask(to, 'cancelRestock', { restock }, self);
      else if (will < 0.95) await payRestock(world, to, { restock, method: will < 0.8 ? 'balance' : 'sandbox' }, self);
    }
    await pause(clock, 30_000);
    for (const { restock, station } of restocks) {
      const code = codes.get(restock);
      if (code === undefined) continue;
      await world.ask(`station:${station}`, 'handOver', { restock, code }, `station:${station}`);
    }
    await pause(clock, 15_000);
    for (const key of DEVICES.filter((each) => driverOf(each) === who)) {
      const loads = SLOTS.map(({ slot, product }) => ({ slot, product, units: faults.between(1, 5) }));
      await Promise.all(loads.map((line) => world.ask(self, 'load', { device: key, lines: [line] }, self)));
    }
  }
}

/** Pays an order that its station may not have heard of yet. */
async function payRestock(
  world: World,
  to: ActorId,
  order: { restock: string; method: string },
  me: string,
): Promise<void> {
  for (let tries = 0; tries < 5; tries++) {
    const paid = await world.ask(to, 'payRestock', order, me);
    if (paid.ok || paid.error.code !== 'unknown_restock') return;
    await pause(world.clock, 3000);
  }
}

/** Accepts what is paid: mostly all, sometimes a part; makes it ready. Leaves some orders lying. */
export async function station(world: World, key: (typeof STATIONS)[number], done: () => boolean): Promise<void> {
  const { faults, clock } = world;
  const self = `station:${key}` as const;
  const lying = new Set<string>();
  while (!done()) {
    await pause(clock, 2000 + faults.random() * 3000);
    const asked = valueOf(await world.read(self, 'orders', {}, self));
    const { orders } = asked as unknown as { orders: readonly OpenRestockPage[] };
    for (const { restock, state, lines, accepted } of orders) {
      if (state !== 'to_prepare' || lying.has(restock)) continue;
      if (!accepted && faults.random() < SILENT) {
        lying.add(restock);
        continue;
      }
      const taken = lines.map(({ product, units }) => ({ product, units: faults.random() < 0.8 ? units : 0 }));
      if (!accepted) await world.ask(self, 'acceptRestock', { restock, lines: taken }, self);
      else await world.ask(self, 'readyRestock', { restock }, self);
    }
  }
}

/** Pick-up codes as the driver's phone gets them. */
function pickUpCodes(world: World, who: string): ReadonlyMap<string, string> {
  const codes = new Map<string, string>();
  world.onPush(({ value: { stream, data } }) => {
    const told = data as { restock?: string; code?: string };
    if (!stream.endsWith(`/driver.${who}`) || told.restock === undefined || told.code === undefined) return;
    codes.set(told.restock, told.code);
  });
  return codes;
}

async function must(asked: Promise<Outcome>): Promise<Json> {
  return valueOf(await asked);
}

function valueOf(outcome: Outcome): Json {
  if (!outcome.ok) throw new Error(`${outcome.error.code}: ${outcome.error.message}`);
  return outcome.value;
}
