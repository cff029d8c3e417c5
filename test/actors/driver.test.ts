import t from 'tap';

import { GIVE_UP_MS, MOST_ASKED, MOST_LOADS } from '../../src/actors/driver/limits.js';
import type { DriverHome } from '../../src/actors/driver/reads.js';
import { driverActor } from '../../src/actors/driver/index.js';
import { defaultTerms } from '../../src/actors/terms.js';
import { initialDriver, type DriverState } from '../../src/actors/driver/state.js';
import { code, HOUR, Town } from './restock-town.js';
import { Turns } from './restock-turns.js';

const DAY = 24 * HOUR;

function home(town: Town, driver = 'dr_1'): DriverHome {
  return town.stage.read(`driver:${driver}`, 'home', {}, `driver:${driver}`) as DriverHome;
}

function cart(town: Town): unknown {
  return (town.stage.read('driver:dr_1', 'cart', {}, 'driver:dr_1') as { lines: unknown }).lines;
}

/** Goods that the driver carries. */
async function carry(town: Town, units: Record<string, number>): Promise<void> {
  const { restock, code: right } = await town.placeReady(units);
  await town.handOver(restock, right);
}

t.test('a cart holds each product of a station once; units 0 takes it out', async (t) => {
  const town = await Town.open();
  await town.put('dr_1', 'st_1', { pr_tea: 4, pr_nuts: 1 });
  await town.put('dr_1', 'st_2', { pr_tea: 1 });
  await town.put('dr_1', 'st_1', { pr_tea: 2, pr_nuts: 0, pr_water: 0 });
  t.same(cart(town), [
    { station: 'st_1', product: 'pr_tea', units: 2, chosen: true },
    { station: 'st_2', product: 'pr_tea', units: 1, chosen: true },
  ]);
});

t.test('a cart has at most 200 lines', async (t) => {
  const town = await Town.open();
  for (let n = 0; n < 200; n++) await town.put('dr_1', 'st_1', { [`pr_${n}`]: 1 });
  const set = (line: object) => {
    const whole = { station: 'st_1', product: 'pr_x', units: 1, chosen: true, ...line };
    return town.stage.ask('driver:dr_1', 'setCartLine', whole, 'driver:dr_1');
  };
  t.equal(code(await set({})), 'cart_full');
  t.equal(code(await set({ product: 'pr_7', units: 3 })), 'ok', 'a line that is there may change');
  t.equal(code(await set({ product: 'pr_8', units: 0 })), 'ok');
  t.equal(code(await set({})), 'ok');
  for (const units of [-1, 0.5, 10_001]) t.equal(code(await set({ units })), 'bad_input', `units ${units}`);
  t.equal(code(await set({ product: 'no/id' })), 'bad_input');
  t.equal(code(await set({ station: '__proto__' })), 'bad_input');
});

t.test('check-out orders the chosen lines, which leave the cart; the others stay', async (t) => {
  const town = await Town.open();
  t.equal(code(await town.stage.ask('driver:dr_1', 'checkOut', {}, 'driver:dr_1')), 'cart_empty');
  await town.put('dr_1', 'st_1', { pr_tea: 4 });
  await town.put('dr_1', 'st_1', { pr_nuts: 1 }, false);
  const [restock = ''] = await town.checkOut('dr_1');
  t.match(town.row(restock), { state: 'to_pay', driverName: 'Driver 1', lines: [{ product: 'pr_tea', units: 4 }] });
  t.match(cart(town), [{ product: 'pr_nuts', chosen: false }]);
  t.equal(code(await town.stage.ask('driver:dr_1', 'checkOut', {}, 'driver:dr_1')), 'cart_empty');
  t.equal((await town.checkOut('dr_2').catch(String)).includes('cart_empty'), true);
});

t.test('nobody acts for a driver', async (t) => {
  const town = await Town.open();
  const line = { station: 'st_1', product: 'pr_tea', units: 1, chosen: true };
  for (const [type, input] of [
    ['setCartLine', line],
    ['checkOut', {}],
    ['setProfile', { displayName: 'x' }],
    ['load', { device: 'd_1', lines: [{ slot: 1, product: 'pr_tea', units: 1 }] }],
  ] as const) {
    t.equal(code(await town.stage.ask('driver:dr_1', type, input, 'driver:dr_2')), 'not_yours', type);
    t.equal(code(await town.stage.ask('driver:dr_1', type, input, 'station:st_1')), 'not_allowed', type);
  }
  const goods = { restock: 'r_1', stationName: 'x', lines: [], amount: 1, currency: 'CNY' };
  t.equal(code(await town.stage.ask('driver:dr_1', 'receiveGoods', goods, 'station:st_1')), 'not_allowed');
  t.match(town.stage.read('driver:dr_1', 'home', {}, 'driver:dr_2'), { refused: { code: 'not_yours' } });
  t.match(town.stage.read('driver:dr_1', 'cart', {}, 'driver:dr_2'), { refused: { code: 'not_yours' } });
});

t.test('what does not fit into a slot is carried again', async (t) => {
  const town = await Town.open();
  await carry(town, { pr_tea: 25 });
  await town.load('d_1', [
    [1, 'pr_tea', 13],
    [2, 'pr_tea', 5],
  ]);
  t.equal(town.book('device:d_1', 'pr_tea'), 10, 'the slot holds ten, and slot 2 is for nuts');
  t.equal(town.book('driver:dr_1/carried', 'pr_tea'), 15);
  t.same(home(town).carried, [{ product: 'pr_tea', name: 'tea', units: 15 }]);
  t.same(home(town).loads, []);
  t.match(town.told('driver:dr_1/me').at(-1), {
    name: 'goods.loaded',
    data: { loaded: [{ slot: 1, product: 'pr_tea', units: 10 }], returned: [{ product: 'pr_tea', units: 8 }] },
  });
});

t.test('nobody loads more than he carries', async (t) => {
  const town = await Town.open();
  await carry(town, { pr_tea: 5 });
  const two = await town.load('d_1', [
    [1, 'pr_tea', 3],
    [2, 'pr_tea', 3],
  ]);
  t.match(two, { error: { code: 'not_carried', details: { product: 'pr_tea', carried: 5 } } });
  t.equal(code(await town.load('d_1', [[2, 'pr_nuts', 1]])), 'not_carried');
  t.equal(code(await town.load('d_1', [[1, 'constructor', 1]])), 'not_carried');
  const same = await town.load('d_1', [
    [1, 'pr_tea', 1],
    [1, 'pr_tea', 1],
  ]);
  t.equal(code(same), 'bad_input');
  for (const units of [0, -1, 0.5]) t.equal(code(await town.load('d_1', [[1, 'pr_tea', units]])), 'bad_input');
  t.equal(code(await town.load('d_1', [[1, 'pr_tea', 5]])), 'ok');
  t.equal(code(await town.load('d_1', [[1, 'pr_tea', 1]])), 'not_carried');
});

t.test('home counts restocks by day, week from Monday, and month, beside those before', async (t) => {
  // Saturday 21 November 2026, noon in Shanghai.
  const town = await Town.open();
  await carry(town, { pr_tea: 1 });
  t.match(home(town).restocks, { today: { amount: 300, count: 1 }, yesterday: { amount: 0, count: 0 } });
  await town.stage.advance(DAY);
  await carry(town, { pr_tea: 2 });
  t.match(home(town).restocks, { today: { amount: 600 }, yesterday: { amount: 300 }, week: { amount: 900, count: 2 } });
  await town.stage.advance(DAY);
  t.match(home(town).restocks, { today: { amount: 0 }, week: { amount: 0 }, lastWeek: { amount: 900, count: 2 } });
  await town.stage.advance(9 * DAY);
  await carry(town, { pr_water: 1 });
  t.match(home(town).restocks, {
    month: { amount: 120, count: 1 },
    lastMonth: { amount: 900, count: 2 },
    week: { amount: 120 },
    lastWeek: { amount: 0 },
  });
});

t.test('a station that does not answer: the order is given up, and a late yes is called off', (t) => {
  const driver = new Turns(driverActor(defaultTerms), 'driver:dr_1');
  const asked = () => Object.keys((driver.state as DriverState).asked);
  driver.turn('setCartLine', { station: 'st_1', product: 'pr_tea', units: 1, chosen: true }, 'driver:dr_1');
  const decision = driver.turn('checkOut', {}, 'driver:dr_1');
  const [restock = ''] = asked();
  t.match(decision, {
    send: [{ type: 'placeRestock' }, { type: 'giveUpRestock', due: GIVE_UP_MS, input: { restock } }],
  });
  t.match(driver.turn('giveUpRestock', { restock }, 'driver:dr_1'), { refused: { code: 'not_allowed' } });
  const givenUp = driver.timer('giveUpRestock', { restock });
  t.match(givenUp, { events: [{ type: 'restockNotTaken', data: { restock, reason: 'unavailable' } }] });
  t.same(asked(), []);
  const value = { restock, stationName: 'x', lines: [], total: 1, currency: 'CNY', expiresAt: 1 };
  const late = { from: 'station:st_1', outcome: { ok: true, value }, note: { restock, station: 'st_1', lines: [] } };
  t.match(driver.reply('restockAnswered', late, 'station:st_1'), {
    send: [{ to: 'station:st_1', type: 'cancelRestock', input: { restock } }],
  });
  t.same(driver.timer('giveUpRestock', { restock }), { reply: null });
  t.end();
});

t.test('an order that was given up has no row of the driver’s: its station may have taken it', (t) => {
  const { rows } = driverActor(defaultTerms);
  const data = {
    restock: 'r_1',
    station: 'st_1',
    lines: [],
    message: '',
    askedAt: 1,
    currency: 'CNY',
    driverName: 'x',
  };
  const at = { self: 'driver:dr_1', seq: 1, now: 2 } as const;
  const rowOf = (reason: string) => rows?.restockNotTaken?.(initialDriver(), { ...data, reason }, at);
  t.same(rowOf('unavailable'), []);
  t.match(rowOf('sold_out'), [{ id: 'r_1', fields: { state: 'refused', driver: 'dr_1' } }]);
  t.end();
});

t.test('what waits for stations and devices is bounded', (t) => {
  const driver = new Turns(driverActor(defaultTerms), 'driver:dr_1');
  const put = (n: number) => {
    const line = { station: `st_${n}`, product: 'pr_tea', units: 1, chosen: true };
    driver.turn('setCartLine', line, 'driver:dr_1');
  };
  for (let n = 0; n < MOST_ASKED; n++) put(n);
  t.match(driver.turn('checkOut', {}, 'driver:dr_1'), { reply: { restocks: { length: MOST_ASKED } } });
  put(0);
  t.match(driver.turn('checkOut', {}, 'driver:dr_1'), { refused: { code: 'overloaded' } });
  const goods = { restock: 'r_1', stationName: 'x', amount: 1, currency: 'CNY' };
  const lines = [{ product: 'pr_tea', name: 'tea', units: MOST_LOADS + 1, price: 1 }];
  driver.message('receiveGoods', { ...goods, lines }, 'station:st_1');
  const load = () => {
    const one = { device: 'd_1', lines: [{ slot: 1, product: 'pr_tea', units: 1 }] };
    return driver.turn('load', one, 'driver:dr_1');
  };
  for (let n = 0; n < MOST_LOADS; n++) t.match(load(), { send: [{ to: 'device:d_1', type: 'loadSlots' }] });
  t.match(load(), { refused: { code: 'too_many_loads' } });
  t.end();
});
