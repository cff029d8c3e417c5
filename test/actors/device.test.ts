import t from 'tap';

import type { PlannedSlot } from '../../src/actors/device/commands.js';
import { digest } from '../../src/actors/shared/secret.js';
import type { Json } from '../../src/store/ports.js';
import { codeOf, device, Shop, tea, valueOf, water } from '../support/shop.js';

const MINUTE = 60_000;
const home = (shop: Shop, caller: string) => shop.stage.read(device, 'home', {}, caller);
const census = (shop: Shop) => shop.stage.read('fleet:platform', 'census');

t.test('the platform registers a device once, under its own terms or those of the house', async (t) => {
  const shop = new Shop();
  const register = (input: Json, caller = 'platform:ops') => shop.device('register', input, caller).then(codeOf);
  t.equal(await register({ name: 'Car', keyHash: 'k' }, 'driver:dr_1'), 'not_allowed');
  t.equal(await register({ name: '', keyHash: 'k' }), 'bad_input');
  t.equal(await register({ name: 'Car', keyHash: 'k', currency: 'ZZZ' }), 'unknown_currency');
  t.equal(await register({ name: 'Car', keyHash: 'k', feeBasisPoints: 10_001 }), 'bad_input');
  t.equal(await register({ name: 'Car', keyHash: 'k', currency: 'EUR', feeBasisPoints: 500 }), 'ok');
  t.equal(await register({ name: 'Other', keyHash: 'x' }), 'device_registered');
  t.match(home(shop, 'platform:ops'), { name: 'Car', currency: 'EUR', feeBasisPoints: 500, standing: 'free' });
  t.match(census(shop), { total: 1, online: 0 });
});

t.test('a device that was never registered is unknown to everybody', async (t) => {
  const shop = new Shop();
  t.equal(
    codeOf(await shop.device('placeSale', { lines: [{ slot: 1, units: 1 }] }, 'passenger:p_1')),
    'unknown_device',
  );
  t.equal(codeOf(await shop.device('showCode', { codeHash: 'h' }, device)), 'unknown_device');
  t.equal(codeOf(await shop.device('claim', { code: 'c', driverName: 'D' }, 'driver:dr_1')), 'unknown_device');
  t.match(shop.stage.read(device, 'page'), { refused: { code: 'unknown_device' } });
  t.match(shop.stage.read(device, 'keyHash', {}, 'system:gateway'), { refused: { code: 'unknown_device' } });
});

t.test('a driver claims a device with the code that it shows, once and in time', async (t) => {
  const shop = await Shop.open();
  const claim = (code: string, driver = 'dr_2') =>
    shop.device('claim', { code, driverName: 'Two' }, `driver:${driver}`).then(codeOf);
  t.equal(await claim('K7Q2'), 'wrong_code', 'the code that the first owner used is used up');
  await shop.device('showCode', { codeHash: digest('d_1', 'AAAA') }, device);
  t.equal(await claim('BBBB'), 'wrong_code');
  await shop.stage.advance(10 * MINUTE);
  t.equal(await claim('AAAA'), 'wrong_code', 'it took too long');
  await shop.device('showCode', { codeHash: digest('d_2', 'CCCC') }, device);
  t.equal(await claim('CCCC'), 'wrong_code', "another device's code");
  await shop.device('showCode', { codeHash: digest('d_1', 'DDDD') }, device);
  t.equal(codeOf(await shop.device('claim', { code: 'DDDD', driverName: 'P' }, 'passenger:p_1')), 'not_allowed');
  t.equal(codeOf(await shop.device('showCode', { codeHash: 'x' }, 'driver:dr_2')), 'not_yours');
  t.equal(await claim('DDDD'), 'ok');
  t.match(home(shop, 'driver:dr_2'), { owner: 'dr_2', standing: 'claimed' });
  t.notMatch(JSON.stringify(shop.stage.entries), 'DDDD', 'the code itself is written nowhere');
});

t.test('a claim cuts the former owner off', async (t) => {
  const shop = await Shop.open();
  await shop.claim('dr_2', 'XXXX');
  const former = 'driver:dr_1';
  t.match(home(shop, former), { refused: { code: 'not_yours' } });
  t.equal(codeOf(await shop.device('setPlanogram', { slots: [water, tea] }, former)), 'not_yours');
  t.equal(codeOf(await shop.device('release', {}, former)), 'not_yours');
  t.equal(codeOf(await shop.device('takeOut', { slot: 1, units: 1, reason: 'x' }, former)), 'not_yours');
  t.same(shop.pushed('owner', 'owner.changed').at(-1), {}, 'followers of the owner are told to be checked again');
  t.same(shop.stage.read(device, 'owner', {}, 'system:gateway'), { owner: 'dr_2' });
});

t.test('a sale pays him who owned the device when it was placed', async (t) => {
  const shop = await Shop.open();
  const { sale } = await shop.place([{ slot: 1, units: 1 }]);
  await shop.claim('dr_2', 'XXXX');
  await shop.pay(sale);
  await shop.drop(sale, [{ slot: 1, dropped: 1 }]);
  t.equal(shop.balance('dr_1'), 270);
  t.equal(shop.balance('dr_2'), 0);
  t.match(shop.stage.read(device, 'sale', { sale }, 'driver:dr_1'), { state: 'settled' });
  t.match(shop.stage.read(device, 'sale', { sale }, 'driver:dr_2'), { refused: { code: 'unknown_sale' } });
});

t.test('the platform hands a device over, the owner gives it back, the platform retires it', async (t) => {
  const shop = await Shop.open();
  const to = { driver: 'dr_2', driverName: 'Two' };
  t.equal(codeOf(await shop.device('transfer', to, 'driver:dr_1')), 'not_allowed');
  t.equal(codeOf(await shop.device('transfer', to, 'platform:ops')), 'ok');
  t.match(home(shop, 'driver:dr_2'), { owner: 'dr_2' });
  t.equal(codeOf(await shop.device('release', {}, 'driver:dr_2')), 'ok');
  const place = () => shop.device('placeSale', { lines: [{ slot: 1, units: 1 }] }, 'passenger:p_1').then(codeOf);
  t.equal(await place(), 'device_not_ready');
  t.match(home(shop, 'driver:dr_2'), { refused: { code: 'not_yours' } });
  t.equal(codeOf(await shop.device('retire', {}, 'driver:dr_2')), 'not_allowed');
  t.equal(codeOf(await shop.device('retire', {}, 'platform:ops')), 'ok');
  t.equal(await place(), 'device_retired');
  t.equal(codeOf(await shop.claim('dr_3', 'YYYY')), 'device_retired');
  t.equal(codeOf(await shop.device('transfer', to, 'platform:ops')), 'device_retired');
  t.match(shop.stage.read(device, 'keyHash', {}, 'system:gateway'), { refused: { code: 'device_retired' } });
});

t.test('a retired device still brings its open sales to their end', async (t) => {
  const shop = await Shop.open();
  const { sale } = await shop.place([{ slot: 1, units: 1 }]);
  await shop.pay(sale);
  await shop.device('retire', {}, 'platform:ops');
  t.match(await shop.drop(sale, [{ slot: 1, dropped: 1 }]), { state: 'settled' });
});

t.test('the key of a device is told to the server alone', async (t) => {
  const shop = await Shop.open();
  t.same(shop.stage.read(device, 'keyHash', {}, 'system:gateway'), { keyHash: 'k' });
  for (const caller of ['driver:dr_1', 'platform:ops', device]) {
    t.match(shop.stage.read(device, 'keyHash', {}, caller), { refused: { code: 'not_allowed' } });
    t.match(shop.stage.read(device, 'owner', {}, caller), { refused: { code: 'not_allowed' } });
  }
  const told = [...shop.stage.rows, ...shop.stage.pushes, home(shop, 'platform:ops')];
  t.notMatch(JSON.stringify(told), 'keyHash');
});

t.test('the end of an older connection does not take a device offline', async (t) => {
  const shop = await Shop.open();
  await shop.device('cameOnline', { connection: 'c_2' }, device);
  t.match(await shop.device('wentOffline', { connection: 'c_1', reason: 'ping timeout' }, device), {
    value: { online: true },
  });
  t.match(home(shop, device), { online: true });
  const at = (shop.stage.now += 1000);
  t.match(await shop.device('wentOffline', { connection: 'c_2', reason: 'ping timeout' }, 'system:gateway'), {
    value: { online: false },
  });
  t.match(home(shop, device), { online: false, since: at, lastOffline: { at, reason: 'ping timeout' } });
  t.match(await shop.device('wentOffline', { connection: 'c_2', reason: 'again' }, device), {
    value: { online: false },
  });
  t.match(home(shop, device), { lastOffline: { reason: 'ping timeout' } });
});

t.test('the census hears each change between online and offline once', async (t) => {
  const shop = await Shop.open();
  t.match(census(shop), { total: 1, online: 1 });
  const before = shop.stage.entries.filter(({ type }) => type === 'presence').length;
  await shop.device('cameOnline', { connection: 'c_2' }, device);
  await shop.device('cameOnline', { connection: 'c_2' }, device);
  await shop.device('wentOffline', { connection: 'c_1', reason: 'x' }, device);
  t.equal(shop.stage.entries.filter(({ type }) => type === 'presence').length, before);
  await shop.device('wentOffline', { connection: 'c_2', reason: 'x' }, device);
  t.match(census(shop), { total: 1, online: 0 });
  await shop.device('cameOnline', { connection: 'c_3' }, device);
  t.match(census(shop), { total: 1, online: 1 });
});

t.test('presence is told by the device or its node, by nobody else', async (t) => {
  const shop = await Shop.open();
  for (const caller of ['driver:dr_1', 'device:d_2', 'platform:ops']) {
    t.equal(codeOf(await shop.device('cameOnline', { connection: 'c' }, caller)), 'not_yours', caller);
    t.equal(codeOf(await shop.device('wentOffline', { connection: 'c_1', reason: '' }, caller)), 'not_yours', caller);
    t.equal(codeOf(await shop.device('reportFault', { fault: 'x' }, caller)), 'not_yours', caller);
  }
});

t.test('an offline device sells nothing, a fault stops its slot or the device', async (t) => {
  const shop = await Shop.open();
  const place = (slot: number) =>
    shop.device('placeSale', { lines: [{ slot, units: 1 }] }, 'passenger:p_1').then(codeOf);
  await shop.device('wentOffline', { connection: 'c_1', reason: 'x' }, device);
  t.equal(await place(1), 'device_not_ready');
  t.match(shop.stage.read(device, 'page'), { open: false });
  await shop.device('cameOnline', { connection: 'c_2' }, device);

  await shop.device('reportFault', { fault: 'jam', slot: 1, detail: 'spiral' }, device);
  t.equal(await place(1), 'device_not_ready');
  t.equal(await place(2), 'ok', 'the others sell on');
  t.match(shop.stage.read(device, 'page'), {
    open: true,
    slots: [
      { slot: 1, left: 0 },
      { slot: 2, left: 3 },
    ],
  });
  t.match(shop.pushed('owner', 'device.fault'), [{ fault: 'jam', slot: 1, detail: 'spiral' }]);
  t.same(await shop.device('clearFault', { fault: 'jam', slot: 1 }, device), { ok: true, value: { faults: 0 } });
  t.equal(await place(1), 'ok');

  await shop.device('reportFault', { fault: 'door' }, device);
  t.equal(await place(2), 'device_not_ready');
  t.match(home(shop, 'driver:dr_1'), { faults: [{ fault: 'door' }] });
});

t.test('faults are well-formed and bounded, and telling one again changes nothing', async (t) => {
  const shop = await Shop.open();
  const report = (input: Json) => shop.device('reportFault', input, device);
  t.equal(codeOf(await report({ fault: 'no spaces' })), 'bad_input');
  t.equal(codeOf(await report({ fault: 'x', slot: 0 })), 'bad_input');
  t.equal(codeOf(await report({ fault: 'x', detail: 'd'.repeat(201) })), 'bad_input');
  for (let i = 0; i < 32; i++) t.match(await report({ fault: `f${i}` }), { ok: true, value: { faults: i + 1 } });
  t.equal(codeOf(await report({ fault: 'f32' })), 'too_many_faults');
  t.match(await report({ fault: 'f1' }), { ok: true, value: { faults: 32 } });
});

t.test('a planogram is whole and within its bounds, or it is refused', async (t) => {
  const shop = await Shop.open();
  const set = (slots: readonly Partial<PlannedSlot>[], caller = 'driver:dr_1') =>
    shop.device('setPlanogram', { slots }, caller).then(codeOf);
  t.equal(await set([water, tea], 'driver:dr_2'), 'not_yours');
  t.equal(await set([]), 'bad_input');
  t.equal(await set([water, tea, { ...tea }]), 'bad_input', 'a slot twice');
  for (const wrong of [{ slot: 0 }, { slot: 100 }, { capacity: 0 }, { capacity: 1000 }, { price: 0 }, { price: 1.5 }]) {
    t.equal(await set([water, { ...tea, ...wrong }]), 'bad_input', JSON.stringify(wrong));
  }
  const more = { slot: 7, product: 'pr_nuts', name: 'Nuts', capacity: 3, price: 500 };
  t.equal(await set([{ ...water, capacity: 8, price: 1 }, tea, more]), 'ok');
  t.match(shop.state.slots, { 1: { count: 8, price: 1, capacity: 8 }, 2: { count: 4 }, 7: { count: 0 } });
});

t.test('a slot that holds goods keeps its product, its place and the room they need', async (t) => {
  const shop = await Shop.open();
  const set = (slots: readonly PlannedSlot[]) => shop.device('setPlanogram', { slots }, 'driver:dr_1').then(codeOf);
  t.equal(await set([water]), 'slot_in_use', 'left out');
  t.equal(await set([water, { ...tea, product: 'pr_nuts' }]), 'slot_in_use', 'another product');
  t.equal(await set([water, { ...tea, capacity: 3 }]), 'slot_in_use', 'too small');
  await shop.sell([{ slot: 2, units: 4 }]);
  t.equal(await set([water, { ...tea, product: 'pr_nuts' }]), 'ok', 'an empty slot takes what one likes');
});

t.test('goods are loaded by the owner alone, as far as there is room, and the rest stays his', async (t) => {
  const shop = await Shop.open();
  await shop.load([{ slot: 1, product: 'pr_water', units: 5 }]);
  t.equal(shop.state.slots[1]?.count, 10, 'two fitted');
  t.equal(shop.inside()['driver:dr_1/carried pr_water'], 3);
  await shop.load([{ slot: 2, product: 'pr_nuts', units: 1 }]);
  t.equal(shop.state.slots[2]?.count, 4, 'not a slot of that product');
  await shop.load([{ slot: 2, product: 'pr_tea', units: 1 }], 'dr_2');
  t.equal(shop.state.slots[2]?.count, 4);
  t.equal(shop.inside()['driver:dr_2/carried pr_tea'], 1, "a stranger's goods come back to him");
  t.same(
    Object.keys(shop.inside()).filter((account) => account.startsWith('transit/')),
    [],
    'nothing is left on the way',
  );
  const lines = [{ slot: 2, product: 'pr_tea', units: 1 }];
  t.equal(codeOf(await shop.device('loadSlots', { load: 'l_1', lines }, 'driver:dr_1')), 'not_allowed', 'by a client');
  const load = (goods: Json, n: number) =>
    shop.device('loadSlots', { load: `l_${n}`, lines: goods }, 'driver:dr_1', `driver:dr_1/99/${n}`).then(codeOf);
  t.equal(await load([...lines, ...lines], 1), 'bad_input', 'a slot twice');
  t.equal(await load([], 2), 'bad_input');
  t.equal(await load([{ ...lines[0], units: 0 }], 3), 'bad_input');
  await shop.device('retire', {}, 'platform:ops');
  t.equal(await load(lines, 4), 'device_retired');
});

t.test('what the owner takes out leaves the books as lost, but nothing that a sale holds', async (t) => {
  const shop = await Shop.open();
  await shop.place([{ slot: 2, units: 3 }]);
  const take = (units: number) => shop.device('takeOut', { slot: 2, units, reason: 'spoilt' }, 'driver:dr_1');
  t.equal(codeOf(await take(2)), 'slot_in_use');
  t.equal(codeOf(await take(0)), 'bad_input');
  t.same(valueOf(await take(1)), { slot: 2, left: 3 });
  t.equal(shop.stage.books()['world/lost pr_tea'], 1);
  t.equal(codeOf(await shop.device('takeOut', { slot: 9, units: 1, reason: '' }, 'driver:dr_1')), 'unknown_slot');
});

t.test('the owner hears when a slot runs low, and when it is empty', async (t) => {
  const shop = await Shop.open();
  await shop.sell([{ slot: 2, units: 1 }]);
  t.same(shop.pushed('owner', 'stock.low'), []);
  await shop.sell([{ slot: 2, units: 1 }]);
  t.same(shop.pushed('owner', 'stock.low'), [{ slot: 2, product: 'pr_tea', name: 'Tea', count: 2 }]);
  await shop.sell([{ slot: 2, units: 1 }]);
  t.equal(shop.pushed('owner', 'stock.low').length, 1, 'not with each one');
  await shop.sell([{ slot: 2, units: 1 }]);
  t.match(shop.pushed('owner', 'stock.low').at(-1), { slot: 2, count: 0 });
  t.match(home(shop, 'driver:dr_1'), { slots: [{ low: false }, { low: true }] });
});

t.test('passenger and driver never see each other', async (t) => {
  const shop = await Shop.open();
  const first = await shop.place([
    { slot: 1, units: 1 },
    { slot: 2, units: 1 },
  ]);
  await shop.pay(first.sale);
  await shop.drop(first.sale, [{ slot: 1, dropped: 1 }]);
  const second = await shop.place([{ slot: 1, units: 1 }], 'p_1', { pay: 'sandbox' });
  await shop.stage.advance(6 * MINUTE);
  await shop.sell([{ slot: 1, units: 1 }]);
  const open = await shop.place([{ slot: 1, units: 1 }], 'p_1', { pay: 'balance' });
  await shop.stage.advance(2 * MINUTE);
  await shop.sell([{ slot: 1, units: 1 }]);

  const onChannel = (test: (channel: string) => boolean) =>
    JSON.stringify(
      shop.stage.pushes.filter(({ actor, channel }) => actor === device && test(channel)).map(({ data }) => data),
    );
  const passengerSees = [onChannel((channel) => channel === 'passenger.p_1')];
  const driverSees = [onChannel((channel) => channel === 'owner'), JSON.stringify(home(shop, 'driver:dr_1'))];
  const boxSees = [onChannel((channel) => channel === 'box'), JSON.stringify(home(shop, device))];
  passengerSees.push(JSON.stringify(shop.stage.read(device, 'page', {}, 'passenger:p_1')));
  for (const { sale } of [first, second, open]) {
    passengerSees.push(JSON.stringify(shop.stage.read(device, 'sale', { sale }, 'passenger:p_1')));
    driverSees.push(JSON.stringify(shop.stage.read(device, 'sale', { sale }, 'driver:dr_1')));
    boxSees.push(JSON.stringify(shop.stage.read(device, 'sale', { sale }, device)));
  }
  const statement = (key: string) =>
    shop.stage.rows.filter(({ collection, fields }) => collection === 'transfers' && fields?.wallet === key);
  passengerSees.push(JSON.stringify(statement('p_1')));
  driverSees.push(JSON.stringify(statement('dr_1')));
  t.ok(
    passengerSees.every((text) => text.length > 20) && driverSees.every((text) => text.length > 20),
    'there is something to see',
  );
  t.notMatch(passengerSees.join(), /dr_1/);
  t.notMatch(driverSees.join(), /p_1\b/);
  t.notMatch(boxSees.join(), /dr_1|p_1\b/);
});
