import t from 'tap';

import { stationActor } from '../../src/actors/station/index.js';
import { MOST_ATTEMPTS } from '../../src/actors/station/limits.js';
import type { StationState } from '../../src/actors/station/state.js';
import { defaultTerms } from '../../src/actors/terms.js';
import type { Outcome } from '../../src/store/ports.js';
import { callBack, paid } from '../support/provider.js';
import { code, HOUR, MINUTE, Town } from './restock-town.js';
import { Turns } from './restock-turns.js';

/** A station between asking the wallet for an order's money and hearing from it. */
async function asked() {
  const town = await Town.open();
  const restock = await town.place({ pr_tea: 1 });
  const station = new Turns(stationActor(defaultTerms), 'station:st_1', town.station());
  station.turn('payRestock', { restock, method: 'balance' }, 'driver:dr_1');
  const note = { restock, driver: 'dr_1', attempt: 1, amount: 300, currency: 'CNY' };
  const answerOf = (outcome: Outcome) => ({ from: 'wallet:dr_1', outcome, note });
  const answer = (outcome: Outcome) => station.reply('chargeAnswered', answerOf(outcome), 'wallet:dr_1');
  return { station, restock, answer, answerOf };
}

const refused: Outcome = { ok: false, error: { code: 'insufficient_funds', message: '' } };

/** Begins to pay by the provider; gives the payment's key. */
async function payByProvider(town: Town, restock: string): Promise<string> {
  const outcome = await town.pay(restock, 'dr_1', 'st_1', 'sandbox');
  return outcome.ok ? (outcome.value as { payment: string }).payment : outcome.error.code;
}

t.test('the money is held at the station until it answers, and the order is to be prepared', async (t) => {
  const town = await Town.open();
  const restock = await town.place({ pr_tea: 4 });
  t.match(await town.pay(restock), { ok: true, value: { restock, state: 'paying' } });
  t.equal(town.book('wallet:dr_1'), 98_800);
  t.equal(town.book('station:st_1/held'), 1200);
  t.match(town.row(restock), { state: 'to_prepare' });
  await town.stage.advance(31 * MINUTE);
  t.match(town.row(restock), { state: 'to_prepare' }, 'a paid order does not expire');
});

t.test('too little in the wallet: the order stands, and can be paid once there is more', async (t) => {
  const town = await Town.open();
  const before = town.book('wallet:dr_2');
  await town.must(
    'station:st_2',
    'stock',
    { lines: [{ product: 'pr_gold', name: 'gold', units: 1, price: 150_000 }] },
    'platform:ops',
  );
  const restock = await town.place({ pr_gold: 1 }, 'dr_2', 'st_2');
  t.match(await town.pay(restock, 'dr_2', 'st_2'), { ok: true });
  t.match(town.told('station:st_2/driver.dr_2').at(-1), {
    name: 'restock.unpaid',
    data: { restock, attempt: 1, reason: 'insufficient_funds' },
  });
  t.equal(town.book('wallet:dr_2'), before);
  await town.fill('dr_2', 60_000);
  t.equal(code(await town.pay(restock, 'dr_2', 'st_2')), 'ok');
  t.match(town.row(restock), { state: 'to_prepare' });
  t.equal(town.book('station:st_2/held'), 150_000);
});

t.test('only its driver pays an order, by a way that is set up', async (t) => {
  const town = await Town.open();
  const restock = await town.place({ pr_tea: 4 });
  t.equal(code(await town.pay(restock, 'dr_2')), 'not_yours');
  t.equal(code(await town.pay(restock, 'dr_1', 'st_1', 'cowries')), 'unknown_provider');
  t.equal(code(await town.pay('r_none')), 'unknown_restock');
  const asStation = { restock, method: 'balance' };
  t.equal(code(await town.stage.ask('station:st_1', 'payRestock', asStation, 'station:st_1')), 'not_allowed');
});

t.test('a provider’s money pays the order, and its refused lines go back through the provider', async (t) => {
  const town = await Town.open();
  const restock = await town.place({ pr_tea: 4, pr_nuts: 1 });
  const payment = await payByProvider(town, restock);
  t.match(town.told('station:st_1/driver.dr_1').at(-1), { name: 'restock.paying', data: { url: `/pay/${payment}` } });
  await callBack(town.stage, payment, paid(town.provider.receipt(1750)));
  t.match(town.row(restock), { state: 'to_prepare' });
  t.equal(town.book('station:st_1/held'), 1750);
  await town.accept(restock, { pr_tea: 4 });
  t.equal(town.book('wallet:st_1'), 1200);
  t.equal(town.book('station:st_1/held'), 0);
  t.equal(town.book('wallet:dr_1'), 100_000, 'the wallet was never touched');
  t.equal(town.book('world/sandbox'), -200_000 - 1200, 'the provider keeps what was accepted');
});

t.test('paid too late: refunded by itself', async (t) => {
  const town = await Town.open();
  const restock = await town.place({ pr_tea: 4 });
  const payment = await payByProvider(town, restock);
  await town.stage.advance(31 * MINUTE);
  t.match(town.row(restock), { state: 'cancelled' });
  await callBack(town.stage, payment, paid(town.provider.receipt(1200)));
  t.equal(town.book('world/sandbox'), -200_000);
  t.equal(town.book('station:st_1/held'), 0);
  t.same(town.supply('pr_tea'), [40, 0]);
});

t.test('never: an order paid twice, by two ways at once', async (t) => {
  const town = await Town.open();
  const restock = await town.place({ pr_tea: 4 });
  const first = await payByProvider(town, restock);
  const second = await payByProvider(town, restock);
  t.equal(code(await town.pay(restock)), 'ok', 'a provider’s page may be left for the wallet');
  for (const payment of [first, second]) await callBack(town.stage, payment, paid(town.provider.receipt(1200)));
  t.equal(town.book('station:st_1/held'), 1200);
  t.equal(town.book('wallet:dr_1'), 98_800);
  t.equal(town.book('world/sandbox'), -200_000, 'what came besides went back');
});

t.test('a provider that refuses leaves the order to be paid; a payment that is not its own pays nothing', async (t) => {
  const town = await Town.open();
  const [one, other] = [await town.place({ pr_tea: 4 }), await town.place({ pr_tea: 4 })];
  const payment = await payByProvider(town, one);
  await callBack(town.stage, payment, { result: 'refused' });
  t.match(town.told('station:st_1/driver.dr_1').at(-1), {
    name: 'restock.unpaid',
    data: { restock: one, reason: 'refused' },
  });
  const purpose = { kind: 'restock', key: other };
  const arrived = { payment, purpose, transfer: 't', amount: 1200, currency: 'CNY' };
  t.equal(code(await town.stage.ask('station:st_1', 'paymentArrived', arrived, `payment:${payment}`)), 'not_allowed');
  const station = new Turns(stationActor(defaultTerms), 'station:st_1', town.station());
  t.match(station.message('paymentArrived', arrived, `payment:${payment}`), { events: [{ type: 'paymentReturned' }] });
  t.match((station.state as StationState).orders[other], { state: 'to_pay' });
});

t.test('tries to pay are limited', async (t) => {
  const town = await Town.open();
  const restock = await town.place({ pr_tea: 4 });
  for (let n = 0; n < MOST_ATTEMPTS; n++) t.match(await payByProvider(town, restock), /^pay_/);
  t.equal(code(await town.pay(restock)), 'too_many_attempts');
});

t.test('while the wallet is asked, the order is not asked to be paid again, and may still be cancelled', async (t) => {
  const { station, restock, answer } = await asked();
  const again = station.turn('payRestock', { restock, method: 'sandbox' }, 'driver:dr_1');
  t.match(again, { refused: { code: 'already_paying' } });
  station.turn('cancelRestock', { restock }, 'driver:dr_1');
  t.same((station.state as StationState).orders, {});
  const name = `${restock}.late.1`;
  t.match(answer({ ok: true, value: {} }), {
    events: [{ type: 'paymentReturned', data: { driver: 'dr_1', amount: 300 } }],
    moves: [{ from: `transit/${restock}.charge`, to: `transit/${name}`, quantity: 300 }],
    send: [{ to: 'wallet:dr_1', type: 'credit', input: { transfer: name, amount: 300, reason: 'refund' } }],
  });
});

t.test('a try that failed is told once, and only by the wallet', async (t) => {
  const { station, answer, answerOf } = await asked();
  t.match(station.turn('chargeAnswered', answerOf(refused), 'driver:dr_1'), { refused: { code: 'not_allowed' } });
  t.match(answer(refused), { events: [{ type: 'paymentFailed', data: { attempt: 1 } }] });
  t.same(answer(refused), { reply: null });
});

t.test('each try is a transfer of its own, and money for a paid order goes back', async (t) => {
  const { station, restock, answer } = await asked();
  answer(refused);
  t.match(station.turn('payRestock', { restock, method: 'balance' }, 'driver:dr_1'), {
    send: [{ type: 'charge', input: { transfer: `${restock}.charge.2` } }],
  });
  t.match(answer({ ok: true, value: {} }), { events: [{ type: 'restockPaid', data: { attempt: 1 } }] });
  t.match(answer({ ok: true, value: {} }), { events: [{ type: 'paymentReturned' }] });
});

t.test('an answered order leaves no timer behind', async (t) => {
  const town = await Town.open();
  const restock = await town.placePaid({ pr_tea: 4 });
  await town.accept(restock, { pr_tea: 4 });
  const before = town.entries().length;
  await town.stage.advance(12 * HOUR);
  t.equal(town.entries().length, before);
});
