/**
 * Random histories of restocks: carts, check-outs, payments of both kinds (paid, refused, paid late), answers,
 * hand-overs, loads, time. After every step stock, books and money are looked at. `SEED` repeats a run.
 */
import fc from 'fast-check';
import t from 'tap';

import type { DriverState } from '../../src/actors/driver/state.js';
import { DRIVERS, History, STATIONS, step } from './restock-history.js';
import { SUPPLY, Town } from './restock-town.js';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

t.test('stock never negative, books in balance, nothing paid or handed over twice', async (t) => {
  t.comment(`SEED=${seed}`);
  const happened = new Set<string>();
  const property = fc.asyncProperty(fc.array(step, { minLength: 60, maxLength: 100, size: 'max' }), async (steps) => {
    const history = new History(await Town.open());
    for (const one of steps) {
      await history.take(one);
      const fault = faultOf(history.town);
      if (fault !== undefined) throw new Error(`after ${one.do}: ${fault}`);
    }
    for (const { events } of history.town.stage.entries) for (const { type } of events) happened.add(type);
  });
  await fc.assert(property, { seed, numRuns: 40 });
  for (const type of [
    'restockPaid',
    'restockAccepted',
    'restockRefused',
    'restockCancelled',
    'restockPickedUp',
    'loadEnded',
  ]) {
    t.ok(happened.has(type), `the histories reached ${type}`);
  }
});

/** What must be true at every moment; gives the first thing that is not. */
function faultOf(town: Town): string | undefined {
  const books = town.stage.books();
  for (const [account, sum] of Object.entries(books)) {
    if (sum < 0 && !account.startsWith('world/')) return `${account} is ${sum}`;
    if (account.startsWith('transit/')) return `${account} is left`;
  }
  return stationFault(town, books) ?? driverFault(town, books) ?? twice(town);
}

function stationFault(town: Town, books: Record<string, number>): string | undefined {
  for (const station of STATIONS) {
    const { supply, orders, counters } = town.station(station);
    const open = Object.values(orders);
    const { placed, pickedUp, refused, cancelled } = counters;
    if (placed !== pickedUp + refused + cancelled + open.length) return `${station}: counts other orders than it has`;
    if (counters.open !== open.length) return `${station}: counts ${counters.open} of ${open.length} open orders`;
    for (const [product, { count, reserved }] of Object.entries(supply)) {
      const lines = open.flatMap((order) => order.accepted ?? order.lines).filter((line) => line.product === product);
      const held = lines.reduce((sum, { units }) => sum + units, 0);
      if (reserved !== held) return `${station}: ${reserved} of ${product} reserved, ${held} in orders`;
      if (reserved < 0 || reserved > count) return `${station}: ${reserved} of ${count} ${product} reserved`;
      if (count !== (books[`station:${station} ${product}`] ?? 0)) return `${station}: ${product} off the books`;
    }
    const unanswered = open.filter((order) => order.state === 'to_prepare' && !order.accepted);
    const held = unanswered.reduce((sum, { total }) => sum + total, 0);
    if (held !== (books[`station:${station}/held CNY`] ?? 0)) return `${station}: holds other money than its orders`;
  }
  return undefined;
}

function driverFault(town: Town, books: Record<string, number>): string | undefined {
  for (const driver of DRIVERS) {
    const { carried } = town.stage.state(`driver:${driver}`) as DriverState;
    for (const [product] of SUPPLY) {
      const onBooks = books[`driver:${driver}/carried ${product}`] ?? 0;
      if ((carried[product]?.units ?? 0) !== onBooks) return `${driver}: carries other ${product} than the books say`;
    }
  }
  return undefined;
}

/** An order that was paid, answered or handed over twice. */
function twice(town: Town): string | undefined {
  const once = new Set<string>();
  for (const { type, data } of town.stage.entries.flatMap(({ events }) => events)) {
    if (!['restockPaid', 'restockAccepted', 'restockPickedUp', 'goodsReceived'].includes(type)) continue;
    const what = `${type} ${(data as { restock: string }).restock}`;
    if (once.has(what)) return `twice: ${what}`;
    once.add(what);
  }
  return undefined;
}
