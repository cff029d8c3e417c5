import t from 'tap';

import type { Json } from '../../src/store/ports.js';
import { callBack, paid } from '../support/provider.js';
import { codeOf, device, Shop, tea, water } from '../support/shop.js';

const MINUTE = 60_000;
const zeroCounters = { placed: 0, settled: 0, refunded: 0, cancelled: 0, open: 0 };

t.test('a provider is asked, its page is told, and its money pays the sale', async (t) => {
  const shop = await Shop.open();
  const { sale } = await shop.place([{ slot: 1, units: 1 }]);
  const begun = (await shop.pay(sale, 'p_1', 'sandbox')) as unknown as { value: { payment: string } };
  const { payment } = begun.value;
  t.match(shop.pushed('passenger.p_1', 'sale.toPay'), [{ sale, payment, url: `/pay/${payment}` }]);
  await callBack(shop.stage, payment, paid(shop.provider.receipt(300)));
  t.match(shop.pushed('passenger.p_1', 'sale.paid'), [{ sale }]);
  t.equal(shop.inside()['device:d_1/held CNY'], 300);
  await shop.drop(sale, [{ slot: 1, dropped: 1 }]);
  t.equal(shop.balance('dr_1'), 270);
  t.equal(shop.balance('p_1'), 10_000, 'his wallet has nothing to do with it');
});

t.test('what a provider brought goes back through the provider', async (t) => {
  const shop = await Shop.open();
  const { sale } = await shop.place([{ slot: 1, units: 2 }]);
  const { payment = '' } = shop.state.sales[sale] ?? {};
  t.equal(payment, '');
  await shop.pay(sale, 'p_1', 'sandbox');
  const made = shop.state.sales[sale]?.payment ?? '';
  await callBack(shop.stage, made, paid(shop.provider.receipt(600)));
  await shop.drop(sale, [{ slot: 1, dropped: 1, reason: 'jam' }]);
  t.match(
    shop.provider.asked.filter(({ type }) => type === 'refund'),
    [{ input: { payment: made, amount: 300 } }],
  );
  t.equal(shop.balance('p_1'), 10_000);
});

t.test('money that comes too late goes back by itself', async (t) => {
  const shop = await Shop.open();
  const { sale } = await shop.place([{ slot: 1, units: 1 }]);
  await shop.pay(sale, 'p_1', 'sandbox');
  const payment = shop.state.sales[sale]?.payment ?? '';
  await shop.stage.advance(6 * MINUTE);
  t.match(shop.state.counters, { cancelled: 1, open: 0 });
  await callBack(shop.stage, payment, paid(shop.provider.receipt(300)));
  t.match(
    shop.provider.asked.filter(({ type }) => type === 'refund'),
    [{ input: { payment, amount: 300 } }],
  );
  t.match(shop.pushed('passenger.p_1', 'sale.refunded'), [{ sale, refunded: 300, reason: 'paid_late' }]);
  t.match(shop.state.counters, { ...zeroCounters, placed: 1, cancelled: 1 }, 'the sale stays what it was');
  t.equal(shop.pushed('box', 'dispense').length, 0);
});

t.test('a charge answered after its sale was cancelled is credited again', async (t) => {
  const shop = await Shop.open();
  const { sale } = await shop.place([{ slot: 1, units: 1 }]);
  await shop.device('cancelSale', { sale }, 'passenger:p_1');
  // The wallet's answer to a charge that left before: the engine tells it as a reply to a message of the device.
  await shop.topUp('p_9', 300);
  const charge = { transfer: `${sale}.charge`, amount: 300, currency: 'CNY', reason: 'sale', payee: device };
  const outcome = await shop.stage.ask('wallet:p_9', 'charge', charge, device, `${device}/99/0`);
  const note = { sale, passenger: 'p_9', amount: 300 };
  const reply = { from: 'wallet:p_9', outcome, note } as unknown as Json;
  await shop.device('chargeAnswered', reply, 'wallet:p_9', `${device}/99/0/reply`);
  t.equal(shop.balance('p_9'), 300);
  t.same(shop.pushed('passenger.p_9', 'sale.refunded'), [{ sale, refunded: 300, reason: 'paid_late' }]);
  t.notOk('device:d_1/held CNY' in shop.inside());
});

t.test('of two payments for one sale the first that brings the money pays it, the other goes back', async (t) => {
  const shop = await Shop.open();
  const { sale } = await shop.place([{ slot: 1, units: 1 }]);
  await shop.pay(sale, 'p_1', 'sandbox');
  const payment = shop.state.sales[sale]?.payment ?? '';
  t.match(await shop.pay(sale), { ok: true }, 'he left the page and pays from his balance');
  await callBack(shop.stage, payment, paid(shop.provider.receipt(300)));
  t.match(shop.pushed('passenger.p_1', 'sale.refunded'), [{ sale, refunded: 300, reason: 'paid_twice' }]);
  t.equal(shop.state.sales[sale]?.payment, 'balance');
  await shop.drop(sale, [{ slot: 1, dropped: 1 }]);
  t.equal(shop.state.counters.settled, 1);
});

t.test('while the wallet is being charged nothing else is begun', async (t) => {
  const shop = await Shop.open();
  const { sale } = await shop.place([{ slot: 1, units: 1 }]);
  // The wallet has not answered yet.
  Object.assign(shop.state.sales[sale] ?? {}, { state: 'paying', payment: 'balance' });
  t.equal(codeOf(await shop.pay(sale)), 'already_paying');
  t.equal(codeOf(await shop.pay(sale, 'p_1', 'sandbox')), 'already_paying');
});

t.test('the answer of a payment that was given up changes nothing', async (t) => {
  const shop = await Shop.open();
  const { sale } = await shop.place([{ slot: 1, units: 1 }]);
  await shop.pay(sale, 'p_1', 'sandbox');
  const before = { ...shop.state.sales[sale] };
  const told = shop.pushed('passenger.p_1').length;
  const note = { sale, payment: 'pay_old' };
  const opened = { ok: true, value: { payment: 'pay_old', url: '/pay/pay_old', state: 'created', expiresAt: 1 } };
  const refused = { ok: false, error: { code: 'amount_out_of_range', message: '' } };
  for (const [n, outcome] of [opened, refused].entries()) {
    const reply = { from: 'payment:pay_old', outcome, note } as unknown as Json;
    await shop.device('paymentOpened', reply, 'payment:pay_old', `${device}/99/${n}/reply`);
  }
  const failed = { payment: 'pay_old', purpose: { kind: 'sale', key: sale }, reason: 'expired' };
  await shop.device('paymentFailed', failed, 'payment:pay_old', 'payment:pay_old/1/0');
  const charge = { from: 'wallet:p_1', outcome: refused, note: { sale, passenger: 'p_1', amount: 300 } };
  await shop.device('chargeAnswered', charge, 'wallet:p_1', `${device}/99/9/reply`);
  t.same(shop.state.sales[sale], before);
  t.equal(shop.pushed('passenger.p_1').length, told);
});

t.test('a payment that the provider cannot take leaves the sale unpaid', async (t) => {
  const shop = await Shop.open();
  await shop.device('setPlanogram', { slots: [{ ...water, price: 10_000_001 }, tea] }, 'driver:dr_1');
  const { sale } = await shop.place([{ slot: 1, units: 1 }], 'p_1', { pay: 'sandbox' });
  t.same(shop.pushed('passenger.p_1', 'sale.unpaid'), [{ sale, reason: 'amount_out_of_range' }]);
  t.equal(shop.state.sales[sale]?.state, 'placed');
});

t.test('a timer that fires although it was closed changes nothing', async (t) => {
  const shop = await Shop.open();
  const { sale } = await shop.place([{ slot: 1, units: 1 }], 'p_1', { pay: 'balance' });
  await shop.device('expireSale', { sale }, device, `${device}/99/0`);
  t.equal(shop.state.sales[sale]?.state, 'paid');
  await shop.drop(sale, [{ slot: 1, dropped: 1 }]);
  await shop.device('dispenseOverdue', { sale }, device, `${device}/99/1`);
  const unpaid = await shop.place([{ slot: 1, units: 1 }]);
  await shop.device('dispenseOverdue', { sale: unpaid.sale }, device, `${device}/99/2`);
  t.match(shop.state.counters, { settled: 1, refunded: 0, open: 1 });
  t.equal(shop.balance('p_1'), 10_000 - 300);
});

t.test('money of another amount does not pay, and goes back', async (t) => {
  const shop = await Shop.open();
  const { sale } = await shop.place([{ slot: 1, units: 1 }]);
  await shop.pay(sale, 'p_1', 'sandbox');
  const payment = shop.state.sales[sale]?.payment ?? '';
  for (const [n, other] of [{ amount: 299 }, { currency: 'EUR' }].entries()) {
    const money = { payment, purpose: { kind: 'sale', key: sale }, transfer: `x${n}`, amount: 300, currency: 'CNY' };
    await shop.device('paymentArrived', { ...money, ...other }, `payment:${payment}`, `payment:${payment}/9/${n}`);
  }
  t.match(shop.pushed('passenger.p_1', 'sale.refunded'), [
    { refunded: 299, reason: 'amount_differs' },
    { refunded: 300, reason: 'amount_differs' },
  ]);
  t.equal(shop.state.sales[sale]?.state, 'paying');
  t.notOk(Object.keys(shop.inside()).some((account) => account.startsWith('device:d_1/held')));
});

t.test('a payment that fails leaves the sale unpaid', async (t) => {
  const shop = await Shop.open();
  const { sale } = await shop.place([{ slot: 1, units: 1 }]);
  await shop.pay(sale, 'p_1', 'sandbox');
  await callBack(shop.stage, shop.state.sales[sale]?.payment ?? '', { result: 'refused' });
  t.same(shop.pushed('passenger.p_1', 'sale.unpaid'), [{ sale, reason: 'refused' }]);
  t.equal(shop.state.sales[sale]?.state, 'placed');
  t.equal(codeOf(await shop.pay(sale, 'p_1', 'gold')), 'unknown_provider');
  t.equal(codeOf(await shop.pay(sale)), 'ok');
});
