import t from 'tap';

import type { Json } from '../../src/store/ports.js';
import { codeOf, device, Shop, tea, water } from '../support/shop.js';

const MINUTE = 60_000;
const zeroCounters = { placed: 0, settled: 0, refunded: 0, cancelled: 0, open: 0 };

t.test('each line has its own price, and the total is their sum', async (t) => {
  const shop = await Shop.open();
  const placed = await shop.place([
    { slot: 1, units: 3 },
    { slot: 2, units: 2 },
  ]);
  t.match(placed, {
    lines: [
      { slot: 1, product: 'pr_water', name: 'Water', units: 3, price: 300 },
      { slot: 2, product: 'pr_tea', name: 'Tea', units: 2, price: 750 },
    ],
    total: 3 * 300 + 2 * 750,
    currency: 'CNY',
    state: 'placed',
  });
});

t.test('a price that the passenger sends is not heard', async (t) => {
  const shop = await Shop.open();
  const input = { lines: [{ slot: 1, units: 1, price: 1 }], total: 1, owner: 'dr_9' };
  t.match(await shop.device('placeSale', input, 'passenger:p_1'), {
    ok: true,
    value: { total: 300, lines: [{ price: 300 }] },
  });
  t.match(Object.values(shop.state.sales), [{ owner: 'dr_1', total: 300 }]);
});

t.test('a sale keeps the price it was placed at', async (t) => {
  const shop = await Shop.open();
  const { sale } = await shop.place([{ slot: 1, units: 1 }]);
  await shop.device('setPlanogram', { slots: [{ ...water, price: 999 }, tea] }, 'driver:dr_1');
  await shop.pay(sale);
  t.match(await shop.drop(sale, [{ slot: 1, dropped: 1 }]), { amount: 300 });
  t.equal((await shop.place([{ slot: 1, units: 1 }])).total, 999);
});

t.test('the last unit is sold once, and dropped', async (t) => {
  const shop = await Shop.open();
  await shop.sell([{ slot: 2, units: 3 }]);
  const { sale } = await shop.place([{ slot: 2, units: 1 }], 'p_1');
  const second = await shop.device('placeSale', { lines: [{ slot: 2, units: 1 }] }, 'passenger:p_2');
  t.match(second, { ok: false, error: { code: 'sold_out', details: { slot: 2, left: 0 } } });
  await shop.pay(sale);
  t.match(await shop.drop(sale, [{ slot: 2, dropped: 1 }]), { state: 'settled' });
  t.match(shop.state.slots[2], { count: 0, reserved: 0 });
});

t.test('no order stands when stock is gone', async (t) => {
  const shop = await Shop.open();
  const before = { ...shop.state.counters };
  const lines = [
    { slot: 1, units: 1 },
    { slot: 2, units: 5 },
  ];
  t.equal(codeOf(await shop.device('placeSale', { lines }, 'passenger:p_1')), 'sold_out');
  t.same(shop.state.counters, before);
  t.match(shop.state.slots, { 1: { reserved: 0 }, 2: { reserved: 0 } }, 'nothing of it is held');
});

t.test('a repeated command sells once', async (t) => {
  const shop = await Shop.open();
  const place = () => shop.device('placeSale', { lines: [{ slot: 1, units: 1 }] }, 'passenger:p_1', 'place');
  const first = await place();
  t.same(await place(), first);
  const { sale } = (first as unknown as { value: { sale: string } }).value;
  for (const id of ['pay', 'pay']) await shop.device('paySale', { sale, method: 'balance' }, 'passenger:p_1', id);
  const report = { sale, lines: [{ slot: 1, dropped: 1 }] };
  for (const id of ['drop', 'drop']) await shop.device('reportDispense', report, device, id);
  t.match(shop.state.counters, { placed: 1, settled: 1 });
  t.equal(shop.balance('p_1'), 10_000 - 300);
  t.equal(shop.state.slots[1]?.count, 7);
});

t.test('paying or reporting again with another id changes nothing', async (t) => {
  const shop = await Shop.open();
  const { sale } = await shop.place([{ slot: 1, units: 1 }]);
  await shop.pay(sale);
  t.equal(codeOf(await shop.pay(sale)), 'already_paid');
  await shop.drop(sale, [{ slot: 1, dropped: 1 }]);
  t.equal(codeOf(await shop.pay(sale)), 'sale_closed');
  const again = await shop.device('reportDispense', { sale, lines: [{ slot: 1, dropped: 1 }] }, device);
  t.match(again, { ok: false, error: { code: 'sale_closed', details: { state: 'settled' } } });
  t.equal(shop.balance('p_1'), 10_000 - 300);
});

t.test('a settled sale pays the driver, keeps the fee, and moves the goods out', async (t) => {
  const shop = await Shop.open();
  const sale = await shop.sell([
    { slot: 1, units: 1 },
    { slot: 2, units: 1 },
  ]);
  t.equal(shop.balance('dr_1'), 945);
  t.match(shop.inside(), {
    'wallet:p_1 CNY': 10_000 - 1050,
    'wallet:dr_1 CNY': 945,
    'device:d_1/fees CNY': 105,
    'device:d_1 pr_water': 7,
    'device:d_1 pr_tea': 3,
  });
  t.notOk('device:d_1/held CNY' in shop.inside(), 'nothing is held any more');
  t.same(shop.pushed('passenger.p_1', 'sale.settled'), [{ sale, amount: 1050, refunded: 0, missing: [] }]);
  t.match(shop.pushed('owner', 'sale.settled'), [{ sale, amount: 1050, share: 945, refunded: 0 }]);
  t.match(shop.state.counters, { ...zeroCounters, placed: 1, settled: 1 });
});

t.test('the fee is swept to the platform with the minute, once for all sales of it', async (t) => {
  const shop = await Shop.open();
  await shop.sell([{ slot: 2, units: 1 }]);
  await shop.sell([{ slot: 2, units: 1 }]);
  t.equal(shop.balance('platform'), 0);
  await shop.stage.advance(MINUTE);
  t.equal(shop.balance('platform'), 150);
  t.notOk('device:d_1/fees CNY' in shop.inside());
  await shop.sell([{ slot: 2, units: 1 }]);
  await shop.stage.advance(MINUTE);
  t.equal(shop.balance('platform'), 225, 'and again for what comes after');
});

t.test('paid and placed can be one command', async (t) => {
  const shop = await Shop.open();
  const { sale, state } = await shop.place([{ slot: 1, units: 1 }], 'p_1', { pay: 'balance' });
  t.equal(state, 'paying');
  t.match(shop.pushed('box', 'dispense'), [{ sale, lines: [{ slot: 1, units: 1 }] }]);
  t.equal(shop.state.sales[sale]?.state, 'paid');
});

t.test('a sale that nobody pays ends after five minutes, and its stock comes back', async (t) => {
  const shop = await Shop.open();
  const { sale, expiresAt } = await shop.place([{ slot: 2, units: 4 }]);
  t.equal(expiresAt, shop.stage.now + 5 * MINUTE);
  await shop.stage.advance(5 * MINUTE - 1);
  t.equal(shop.state.slots[2]?.reserved, 4);
  await shop.stage.advance(1);
  t.equal(shop.state.slots[2]?.reserved, 0);
  t.same(shop.pushed('passenger.p_1', 'sale.cancelled'), [{ sale, reason: 'expired' }]);
  t.match(shop.state.counters, { ...zeroCounters, placed: 1, cancelled: 1 });
  t.match(await shop.pay(sale), { ok: false, error: { code: 'sale_closed', details: { state: 'expired' } } });
});

t.test('a passenger cancels what is not paid, and what is paid not', async (t) => {
  const shop = await Shop.open();
  const first = await shop.place([{ slot: 1, units: 2 }]);
  t.match(await shop.device('cancelSale', { sale: first.sale }, 'passenger:p_1'), { ok: true });
  t.match(shop.state.slots[1], { count: 8, reserved: 0 });
  const entries = shop.mark();
  await shop.stage.advance(5 * MINUTE);
  t.equal(shop.mark(), entries, 'its expiry was closed with it');
  const second = await shop.place([{ slot: 1, units: 1 }]);
  await shop.pay(second.sale);
  t.equal(codeOf(await shop.device('cancelSale', { sale: second.sale }, 'passenger:p_1')), 'already_paid');
});

t.test('a wallet that holds too little leaves the sale unpaid, and it can be paid after a top-up', async (t) => {
  const shop = await Shop.open();
  const { sale } = await shop.place([{ slot: 1, units: 1 }], 'p_3');
  t.match(await shop.pay(sale, 'p_3'), { ok: true, value: { state: 'paying' } });
  t.same(shop.pushed('passenger.p_3', 'sale.unpaid'), [{ sale, reason: 'insufficient_funds' }]);
  t.equal(shop.state.sales[sale]?.state, 'placed');
  await shop.topUp('p_3', 300);
  await shop.pay(sale, 'p_3');
  t.match(shop.pushed('passenger.p_3', 'sale.paid'), [{ sale }]);
  t.equal(shop.balance('p_3'), 0);
});

t.test('nobody pays, cancels or sees the sale of another passenger', async (t) => {
  const shop = await Shop.open();
  const { sale } = await shop.place([{ slot: 1, units: 1 }]);
  for (const caller of ['passenger:p_2', 'driver:dr_1', 'driver:p_1', 'platform:ops']) {
    t.equal(codeOf(await shop.device('paySale', { sale, method: 'balance' }, caller)), 'unknown_sale', caller);
    t.equal(codeOf(await shop.device('cancelSale', { sale }, caller)), 'unknown_sale', caller);
  }
  t.match(shop.stage.read(device, 'sale', { sale }, 'passenger:p_2'), { refused: { code: 'unknown_sale' } });
  t.match(shop.stage.read(device, 'sale', { sale }, 'passenger:p_1'), { sale, state: 'placed', total: 300 });
  t.equal(codeOf(await shop.device('placeSale', { lines: [{ slot: 1, units: 1 }] }, 'driver:dr_1')), 'not_allowed');
});

t.test('only a payment itself brings its money, and only the device is heard on its own commands', async (t) => {
  const shop = await Shop.open();
  const { sale } = await shop.place([{ slot: 1, units: 1 }]);
  const money = { payment: 'pay_1', purpose: { kind: 'sale', key: sale }, transfer: 'x', amount: 300, currency: 'CNY' };
  const others = [['passenger:p_1'], ['payment:pay_1'], ['payment:pay_2', 'payment:pay_2/1/0']] as const;
  for (const [caller, id] of others) {
    t.equal(codeOf(await shop.device('paymentArrived', money, caller, id)), 'not_allowed', caller);
    t.equal(codeOf(await shop.device('paymentFailed', { ...money, reason: 'refused' }, caller, id)), 'not_allowed');
  }
  const reply = {
    from: 'wallet:p_1',
    outcome: { ok: true, value: money },
    note: { sale, passenger: 'p_1', amount: 300 },
  };
  for (const caller of ['wallet:p_1', 'passenger:p_1', device]) {
    for (const own of ['chargeAnswered', 'paymentOpened']) {
      t.equal(codeOf(await shop.device(own, reply, caller)), 'not_allowed', `${own} by ${caller}`);
    }
    for (const timer of ['expireSale', 'dispenseOverdue', 'tellRankings', 'sweepFees']) {
      t.equal(codeOf(await shop.device(timer, { sale, slow: false }, caller)), 'not_allowed', `${timer} by ${caller}`);
    }
  }
});

t.test('lines are bounded and well-formed', async (t) => {
  const shop = await Shop.open();
  const place = (lines: Json, more: object = {}) =>
    shop.device('placeSale', { lines, ...more }, 'passenger:p_1').then(codeOf);
  t.equal(await place([]), 'bad_input');
  t.equal(await place(Array.from({ length: 17 }, (_, i) => ({ slot: i + 1, units: 1 }))), 'bad_input');
  for (const units of [0, -1, 1.5, 100]) t.equal(await place([{ slot: 1, units }]), 'bad_input', `${units} units`);
  t.equal(
    await place([
      { slot: 1, units: 1 },
      { slot: 1, units: 1 },
    ]),
    'bad_input',
  );
  t.equal(await place([{ slot: 3, units: 1 }]), 'unknown_slot');
  t.equal(await place([{ slot: 'constructor', units: 1 }]), 'unknown_slot');
  t.equal(await place([{ slot: 1, units: 1 }], { where: { lon: 181, lat: 0 } }), 'bad_input');
});

t.test('a passenger holds at most four unpaid sales at one device', async (t) => {
  const shop = await Shop.open();
  const open = [];
  for (let i = 0; i < 4; i++) open.push(await shop.place([{ slot: 1, units: 1 }]));
  const fifth = () => shop.device('placeSale', { lines: [{ slot: 1, units: 1 }] }, 'passenger:p_1').then(codeOf);
  t.equal(await fifth(), 'too_many_open_sales');
  t.equal((await shop.place([{ slot: 1, units: 1 }], 'p_2')).state, 'placed', 'others are not in his way');
  await shop.pay(open[0]?.sale ?? '');
  t.equal(await fifth(), 'ok', 'paid ones do not count');
  await shop.stage.advance(5 * MINUTE);
  t.same(shop.state.unpaid, {}, 'nothing is remembered of what has ended');
});

t.test('a device has at most 2,048 open sales', async (t) => {
  const shop = await Shop.open();
  shop.state.counters.open = 2047;
  t.equal((await shop.place([{ slot: 1, units: 1 }])).state, 'placed');
  const more = await shop.device('placeSale', { lines: [{ slot: 1, units: 1 }] }, 'passenger:p_2');
  t.equal(codeOf(more), 'too_many_open_sales');
});

t.test('where a sale was made is kept with it', async (t) => {
  const shop = await Shop.open();
  const where = { lon: 121.47, lat: 31.23 };
  const { sale } = await shop.place([{ slot: 1, units: 1 }], 'p_1', { where });
  t.match(shop.stage.rows.find(({ collection, id }) => collection === 'sales' && id === sale)?.fields, { where });
});
