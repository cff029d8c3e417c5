/**
 * What must be true of a town's restocks, whatever has happened: stock, books, money, and that nothing happens twice.
 */
import type { DriverState } from '../../src/actors/driver/state.js';
import { DRIVERS, History, STATIONS, type Step } from './restock-history.js';
import { SUPPLY, type Town } from './restock-town.js';

/** Lives through a history; throws what is not true after a step. */
export async function liveThrough(steps: readonly Step[], town: Town): Promise<void> {
  const history = new History(town);
  for (const one of steps) {
    await history.take(one);
    const fault = faultOf(town);
    if (fault !== undefined) throw new Error(`after ${one.do}: ${fault}`);
  }
}

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
