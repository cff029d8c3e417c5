/**
 * What the people of the town do, again and again until the town closes: buy, drop, order, hand over, load. Each asks
 * under one id until there is an answer, and waits for pushes over all crashes.
 */
import type { Pushed } from '../../src/client/index.js';
import type { Caller } from './caller.js';
import type { Car, Town } from './town.js';

/** All that is sold; the slot of each is its place in this list. */
export const PRODUCTS = ['pr_tea', 'pr_nuts', 'pr_water', 'pr_cake'] as const;

interface ProductUnits {
  readonly product: string;
  readonly units: number;
}

/** Buys one thing after the other without waiting for its drop; sometimes cancels, sometimes pays at the provider. */
export async function buy(town: Town, me: Caller, devices: readonly string[]): Promise<void> {
  const { dice } = town;
  while (await town.mayBegin()) {
    const device = dice.pick(devices);
    const lines = [{ slot: dice.whole(1, PRODUCTS.length), units: dice.whole(1, 2) }];
    const will = dice.next();
    if (will < 0.04) await topUp(town, me);
    if (will < 0.4) {
      await me.ask('sale.place', { device, lines, pay: 'balance' });
      continue;
    }
    const placed = await me.ask('sale.place', { device, lines });
    if (!placed.ok) continue;
    const { sale } = placed.value;
    if (will < 0.48) await me.ask('sale.cancel', { device, sale });
    else await me.ask('sale.pay', { device, sale, method: await method(town, will < 0.56) });
  }
}

async function topUp(town: Town, me: Caller): Promise<void> {
  await town.door.provider.vary(town.dice);
  await me.ask('wallet.topUp', { amount: 5_000, currency: 'CNY', provider: 'sandbox' });
}

/** How to pay; payers at the provider behave as they like. */
async function method({ door, dice }: Town, sandbox: boolean): Promise<'sandbox' | 'balance'> {
  if (sandbox) await door.provider.vary(dice);
  return sandbox ? 'sandbox' : 'balance';
}

/** A box that drops what it is told to, mostly all of it, and reports. */
export function report(town: Town, box: Caller): (push: Pushed) => void {
  return ({ name, data }) => {
    if (name !== 'dispense') return;
    const { sale, lines } = data as { sale: string; lines: readonly { slot: number; units: number }[] };
    const dropped = lines.map(({ slot, units }) =>
      town.dice.chance(0.8) ? { slot, dropped: units } : { slot, dropped: units - 1, reason: 'jam' },
    );
    town.track(`the report of ${sale}`, done(box.ask('sale.report', { sale, lines: dropped })));
  };
}

/** A station that accepts what is paid, mostly all of it, and makes it ready. */
export function serve(town: Town, station: Caller): (push: Pushed) => void {
  const ordered = new Map<string, readonly ProductUnits[]>();
  return ({ name, data }) => {
    const { restock: order, lines = [] } = data as unknown as { restock: string; lines?: readonly ProductUnits[] };
    if (name === 'restock.placed') ordered.set(order, lines);
    if (name !== 'restock.paid') return;
    const granted = (ordered.get(order) ?? []).map(({ product, units }) => {
      return { product, units: units < 400 && town.dice.chance(0.2) ? 0 : units };
    });
    ordered.delete(order);
    town.track(`the goods of ${order}`, prepare(station, order, granted));
  };
}

async function prepare(station: Caller, order: string, lines: readonly ProductUnits[]): Promise<void> {
  const accepted = await station.ask('restock.accept', { restock: order, lines: [...lines] });
  if (accepted.ok && accepted.value.state === 'to_prepare') await station.ask('restock.ready', { restock: order });
}

/** Restocks his device again and again. */
export async function drive(town: Town, car: Car): Promise<void> {
  while (await town.mayBegin()) await restock(town, car, { units: town.dice.whole(5, 20), sure: false });
}

/**
 * Fills the cart at one or two stations, checks out, and brings each order from its payment to the loading.
 * @param plan `sure`: of everything, at one station, from the balance
 */
export async function restock(town: Town, car: Car, plan: { units: number; sure: boolean }): Promise<void> {
  const { dice } = town;
  const { driver } = car;
  const stations = dice.shuffle([...town.stations.keys()]).slice(0, plan.sure ? 1 : 2);
  const products = plan.sure ? PRODUCTS : dice.shuffle(PRODUCTS).slice(0, 2);
  const lines = stations.flatMap((station) =>
    products.map((product) => ({ station, product, units: plan.units, chosen: true })),
  );
  await Promise.all(lines.map((line) => driver.ask('cart.set', line)));
  const checkedOut = await driver.ask('restock.checkOut', {});
  if (!checkedOut.ok) return;
  await Promise.all(checkedOut.value.restocks.map((order) => bring(town, car, order, plan.sure)));
}

async function bring(
  town: Town,
  { driver, box }: Car,
  { restock: order, station }: { restock: string; station: string },
  sure: boolean,
): Promise<void> {
  const { dice, stations } = town;
  if ((await driver.hear(order, 'restock.placed', 'restock.refused')).name === 'restock.refused') return;
  const will = sure ? 1 : dice.next();
  if (will < 0.1) {
    await driver.ask('restock.cancel', { station, restock: order });
    return;
  }
  // Whoever comes too late, because the server was down, hears that the order is gone.
  const paying = await driver.ask('restock.pay', { station, restock: order, method: await method(town, will < 0.25) });
  if (!paying.ok) return;
  const answer = await driver.hear(
    order,
    ...['restock.accepted', 'restock.refused', 'restock.unpaid', 'restock.cancelled'],
  );
  if (answer.name !== 'restock.accepted') return;
  const { code } = answer.data as { code: string };
  await driver.hear(order, 'restock.ready');
  await stations.get(station)?.ask('restock.handOver', { restock: order, code });
  const goods = (await driver.hear(order, 'goods.received')).data as { lines: readonly ProductUnits[] };
  const lines = goods.lines.map(({ product, units }) => ({ slot: slotOf(product), product, units }));
  const load = await driver.ask('goods.load', { device: box.key, lines });
  if (load.ok) await driver.hear(load.value.load, 'goods.loaded');
}

function slotOf(product: string): number {
  return 1 + PRODUCTS.findIndex((known) => known === product);
}

async function done(work: Promise<unknown>): Promise<void> {
  await work;
}
