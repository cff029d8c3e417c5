/** A restock from the cart to the slots of a device, and what it costs. */
import { readFileSync } from 'node:fs';
import t from 'tap';

import { code, HOUR, MINUTE, Town } from './restock-town.js';

t.test('goods go from the station into the driver’s device, the money the other way', async (t) => {
  const town = await Town.open();
  const { restock, code: shown } = await town.placeReady({ pr_tea: 4, pr_nuts: 2 });
  t.equal(town.book('station:st_1/held'), 0, 'what was held is paid out when the station accepts');
  t.equal(town.book('wallet:st_1'), 4 * 300 + 2 * 550);
  t.equal(town.book('wallet:dr_1'), 100_000 - 2300);
  t.match(await town.handOver(restock, shown), { ok: true, value: { state: 'picked_up', handedOver: true } });
  t.equal(town.book('driver:dr_1/carried', 'pr_tea'), 4);
  t.same(town.supply('pr_tea'), [36, 0]);
  await town.load('d_1', [
    [1, 'pr_tea', 4],
    [2, 'pr_nuts', 2],
  ]);
  t.equal(town.book('device:d_1', 'pr_tea'), 4);
  t.equal(town.book('driver:dr_1/carried', 'pr_tea'), 0);
  t.same(transits(town), [], 'nothing is left between two entries');
  t.match(town.row(restock), { state: 'picked_up', total: 2300, paid: 2300, refunded: 0, driver: 'dr_1' });
});

t.test('the page says how many entries and messages a restock costs', async (t) => {
  const page = readFileSync(new URL('../../docs/flows/restock.md', import.meta.url), 'utf8');
  const [, entries, messages] = /costs \*\*(\d+) entries\*\*\s+and\s+\*\*(\d+) messages\*\*/.exec(page) ?? [];
  const town = await Town.open();
  await town.put('dr_1', 'st_1', { pr_tea: 2, pr_nuts: 1 });
  const from = town.stage.entries.length;
  const [restock = ''] = await town.checkOut('dr_1');
  await town.pay(restock);
  await town.accept(restock, { pr_tea: 2, pr_nuts: 1 });
  await town.must('station:st_1', 'readyRestock', { restock }, 'station:st_1');
  await town.handOver(restock, town.codeOf(restock));
  await town.load('d_1', [
    [1, 'pr_tea', 2],
    [2, 'pr_nuts', 1],
  ]);
  const cost = town.entries(from);
  const sent = cost.flatMap(({ outbox }) => outbox).filter((promised) => promised.type !== 'tellRankings');
  const timers = sent.filter(({ due, to }) => due > town.stage.now && /^(station|driver):/.test(to));
  t.equal(cost.length, Number(entries), 'entries');
  t.equal(sent.length - timers.length, Number(messages), 'messages');
  t.equal(timers.length, 3, 'timers');
  t.same(
    timers.map(({ label }) => label),
    cost
      .flatMap(({ closes }) => closes)
      .filter((label) => timers.some((timer) => timer.label === label))
      .sort(byTimers(timers)),
    'every timer is closed by the flow itself',
  );
  await town.stage.advance(3 * HOUR);
  t.equal(town.entries(from).length, cost.length, 'nothing more comes of it later');
});

t.test('several stations: one order each, each with its own end', async (t) => {
  const town = await Town.open();
  await town.put('dr_1', 'st_1', { pr_tea: 1 });
  await town.put('dr_1', 'st_2', { pr_tea: 2, pr_nuts: 1 });
  const [first = '', second = ''] = await town.checkOut('dr_1');
  t.same(town.station('st_1').orders[first]?.lines, [{ product: 'pr_tea', name: 'tea', units: 1, price: 300 }]);
  t.equal(town.station('st_2').orders[second]?.total, 2 * 300 + 550);
  await town.pay(first, 'dr_1', 'st_1');
  await town.stage.advance(31 * MINUTE);
  t.match(town.row(first), { state: 'to_prepare' });
  t.match(town.row(second), { state: 'cancelled', reason: 'not_paid' });
});

t.test('never: an order of one failed station left half made', async (t) => {
  const town = await Town.open();
  await town.put('dr_1', 'st_1', { pr_tea: 1 });
  await town.put('dr_1', 'st_2', { pr_tea: 3, pr_nuts: 21 });
  await town.put('dr_1', 'st_none', { pr_tea: 1 });
  const [stands = '', soldOut = '', nowhere = ''] = await town.checkOut('dr_1');
  t.match(town.row(stands), { state: 'to_pay' });
  t.match(town.row(soldOut), { state: 'refused', reason: 'sold_out', total: 0, driver: 'dr_1', station: 'st_2' });
  t.match(town.row(nowhere), { state: 'refused', reason: 'unknown_station' });
  t.same(town.supply('pr_tea', 'st_2'), [40, 0], 'the line that was there is not reserved either');
  t.match(town.told('driver:dr_1/me'), [
    { name: 'restock.placed', data: { restock: stands, total: 300 } },
    { name: 'restock.refused', data: { restock: soldOut, reason: 'sold_out' } },
    { name: 'restock.refused', data: { restock: nowhere, reason: 'unknown_station' } },
  ]);
  t.same((town.stage.state('driver:dr_1') as { asked: object }).asked, {});
});

t.test('never: a paid order rewritten by a later cart edit', async (t) => {
  const town = await Town.open();
  const restock = await town.placePaid({ pr_tea: 4 });
  const before = structuredClone(town.station().orders[restock]);
  await town.put('dr_1', 'st_1', { pr_tea: 9, pr_nuts: 1 });
  t.same(town.station().orders[restock], before);
  const again = await town.placePaid({ pr_tea: 9 });
  t.not(again, restock);
  t.same(town.station().orders[restock], before, 'a second check-out is a second order');
  await town.must(
    'station:st_1',
    'stock',
    { lines: [{ product: 'pr_tea', name: 'tea', units: 40, price: 999 }] },
    'platform:ops',
  );
  t.same(town.station().orders[restock], before, 'a new price is for new orders');
});

t.test('never: an order paid twice', async (t) => {
  const town = await Town.open();
  const restock = await town.place({ pr_tea: 4 });
  t.equal(code(await town.pay(restock)), 'ok');
  t.equal(code(await town.pay(restock)), 'already_paid');
  t.equal(town.book('wallet:dr_1'), 100_000 - 1200);
  t.equal(town.book('station:st_1/held'), 1200);
});

t.test('never: goods loaded into another driver’s device', async (t) => {
  const town = await Town.open();
  const { restock, code: shown } = await town.placeReady({ pr_tea: 4 });
  await town.handOver(restock, shown);
  t.equal(code(await town.load('d_2', [[1, 'pr_tea', 4]])), 'ok', 'whose device it is, the device says');
  t.equal(town.book('device:d_2', 'pr_tea'), 0);
  t.equal(town.book('driver:dr_1/carried', 'pr_tea'), 4, 'he carries them still');
  t.match(town.told('driver:dr_1/me').at(-1), { name: 'goods.loaded', data: { loaded: [], reason: 'not_yours' } });
  const direct = { load: 'l_1', lines: [{ slot: 1, product: 'pr_tea', units: 4 }] };
  t.equal(code(await town.stage.ask('device:d_2', 'loadSlots', direct, 'driver:dr_1')), 'not_allowed');
});

function transits(town: Town): string[] {
  return Object.keys(town.stage.books()).filter((account) => account.startsWith('transit/'));
}

function byTimers(timers: readonly { readonly label?: string }[]) {
  const at = (label: string): number => timers.findIndex((timer) => timer.label === label);
  return (a: string, b: string): number => at(a) - at(b);
}
