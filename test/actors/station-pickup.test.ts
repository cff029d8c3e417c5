import t from 'tap';

import { drawCode, isCode } from '../../src/actors/station/code.js';
import type { Context } from '../../src/actors/runtime/definition.js';
import { code, HOUR, Town } from './restock-town.js';

/** A code that is not the right one. */
function not(right: string): string {
  return right === '000000' ? '000001' : '000000';
}

t.test('goods are handed over against the code, once', async (t) => {
  const town = await Town.open();
  const { restock, code: right } = await town.placeReady({ pr_tea: 4 });
  t.match(right, /^\d{6}$/);
  t.match(await town.handOver(restock, right), { value: { state: 'picked_up', handedOver: true } });
  t.same(town.supply('pr_tea'), [36, 0]);
  t.equal(code(await town.handOver(restock, right)), 'unknown_restock');
  t.equal(town.book('driver:dr_1/carried', 'pr_tea'), 4);
  t.match(town.told('driver:dr_1/me').at(-1), { name: 'goods.received', data: { restock } });
});

t.test('not before the order is ready, and by its own station only', async (t) => {
  const town = await Town.open();
  const restock = await town.placePaid({ pr_tea: 4 });
  const ready = () => town.stage.ask('station:st_1', 'readyRestock', { restock }, 'station:st_1');
  t.equal(code(await ready()), 'restock_state', 'first the station says what it accepts');
  const renewed = await town.stage.ask('station:st_1', 'renewPickUpCode', { restock }, 'driver:dr_1');
  t.equal(code(renewed), 'restock_state', 'there is no code yet');
  await town.accept(restock, { pr_tea: 4 });
  t.equal(code(await town.handOver(restock, town.codeOf(restock))), 'restock_state');
  await ready();
  t.equal(code(await ready()), 'restock_state');
  const input = { restock, code: town.codeOf(restock) };
  t.equal(code(await town.stage.ask('station:st_1', 'handOver', input, 'station:st_2')), 'not_yours');
  t.equal(code(await town.stage.ask('station:st_1', 'handOver', input, 'driver:dr_1')), 'not_allowed');
});

t.test('five wrong codes lock the order, until its driver asks for a new code', async (t) => {
  const town = await Town.open();
  const { restock, code: right } = await town.placeReady({ pr_tea: 4 });
  for (const attemptsLeft of [4, 3, 2, 1, 0]) {
    t.match(await town.handOver(restock, not(right)), { value: { handedOver: false, attemptsLeft } });
  }
  t.equal(code(await town.handOver(restock, right)), 'code_locked');
  const renew = (caller: string) => town.stage.ask('station:st_1', 'renewPickUpCode', { restock }, caller);
  t.equal(code(await renew('station:st_1')), 'not_allowed');
  t.equal(code(await renew('driver:dr_2')), 'not_yours');
  t.match(await renew('driver:dr_1'), { value: { state: 'ready' } });
  const fresh = town.codeOf(restock);
  t.not(fresh, right);
  t.match(await town.handOver(restock, right), { value: { handedOver: false } }, 'the old code ended');
  t.match(await town.handOver(restock, fresh), { value: { handedOver: true } });
});

t.test('the code is told to its driver and to nobody else', async (t) => {
  const town = await Town.open();
  const { restock, code: right } = await town.placeReady({ pr_tea: 4 });
  t.match(town.told('station:st_1/driver.dr_1'), [{}, {}, {}, { name: 'restock.accepted', data: { code: right } }, {}]);
  t.notMatch(JSON.stringify(town.told('station:st_1/orders')), right);
  t.notMatch(JSON.stringify(town.stage.rows), right);
  const read = (caller: string) => town.stage.read('station:st_1', 'restock', { restock }, caller);
  t.match(read('driver:dr_1'), { restock, code: right });
  t.notOk('code' in (read('station:st_1') as object));
  t.notMatch(JSON.stringify(town.stage.read('station:st_1', 'orders', {}, 'station:st_1')), right);
  t.match(read('driver:dr_2'), { refused: { code: 'not_yours' } });
  t.match(read('station:st_2'), { refused: { code: 'not_yours' } });
});

t.test('the station is told a driver’s display name and nothing else of him', async (t) => {
  const town = await Town.open();
  const { restock, code: right } = await town.placeReady({ pr_tea: 4 });
  await town.handOver(restock, right);
  const told = town.told('station:st_1/orders');
  t.same(
    told.map(({ name }) => name),
    ['restock.placed', 'restock.paid', 'restock.accepted', 'restock.ready', 'restock.pickedUp'],
  );
  t.match(told[0], { data: { driverName: 'Driver 1', total: 1200 } });
  t.notMatch(JSON.stringify(told), /"dr_1"|"driver"/);
});

t.test('a station sees who has something to pick up: from paid until picked up', async (t) => {
  const town = await Town.open();
  const pickups = (caller = 'station:st_1') => town.stage.read('station:st_1', 'pickups', {}, caller);
  const first = await town.place({ pr_tea: 4 });
  t.same(pickups(), { drivers: [] }, 'not before he has paid');
  await town.pay(first);
  t.same(pickups(), { drivers: ['dr_1'] });
  const { restock, code: right } = await town.placeReady({ pr_tea: 1 }, 'dr_2');
  t.same(pickups(), { drivers: ['dr_1', 'dr_2'] });
  await town.handOver(restock, right);
  t.same(pickups(), { drivers: ['dr_1'] });
  await town.accept(first, {});
  t.same(pickups(), { drivers: [] });
  t.match(pickups('station:st_2'), { refused: { code: 'not_yours' } });
  t.match(pickups('driver:dr_1'), { refused: { code: 'not_yours' } });
});

t.test('ready and never picked up: it stays, and its goods stay reserved', async (t) => {
  const town = await Town.open();
  const { restock } = await town.placeReady({ pr_tea: 4 });
  await town.stage.advance(72 * HOUR);
  t.match(town.row(restock), { state: 'ready' });
  t.same(town.supply('pr_tea'), [40, 4]);
});

t.test('codes have six digits, and only the whole code is right', (t) => {
  const draw = (random: number): string => drawCode({ random: () => random } as Context);
  t.equal(draw(0), '000000');
  t.equal(draw(0.000_042), '000042');
  t.equal(draw(1 - Number.EPSILON), '999999');
  t.ok(isCode('004711', '004711'));
  for (const shown of ['', '4711', '0047110', '004712', '００４７１１']) t.notOk(isCode('004711', shown), shown);
  t.end();
});
