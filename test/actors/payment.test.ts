import t from 'tap';

import type { OpenPayment, PaymentState } from '../../src/actors/payment/commands.js';
import { paymentActor } from '../../src/actors/payment/index.js';
import { next } from '../../src/actors/payment/state.js';
import type { PaymentFields } from '../../src/actors/payment/views.js';
import { defaultTerms } from '../../src/actors/terms.js';
import { walletActor } from '../../src/actors/wallet/index.js';
import type { Json, Outcome } from '../../src/store/ports.js';
import { payeeActor, type PayeeState } from '../support/payee.js';
import { callBack, paid, ScriptedProvider } from '../support/provider.js';
import { Stage } from '../support/stage.js';

const passenger = 'passenger:p_1';
const payment = 'payment:pay_1';
const minute = 60_000;

function setUp() {
  const provider = new ScriptedProvider();
  const definitions = [paymentActor(defaultTerms), walletActor(), payeeActor('device'), payeeActor('station')];
  const stage = new Stage(definitions, undefined, { provider: provider.effect });
  return { provider, stage };
}

const topUp: OpenPayment = {
  provider: 'sandbox',
  amount: 500,
  currency: 'CNY',
  purpose: { kind: 'topUp', key: 'p_1' },
  payer: passenger,
};
const sale: OpenPayment = { ...topUp, purpose: { kind: 'sale', key: 's_1' } };

/** Opened for a sale, by the device. */
async function openSale(stage: Stage, open: OpenPayment = sale) {
  await stage.ask('device:d_1', 'askPayment', { payment: 'pay_1', open }, 'test:');
}

function openTopUp(stage: Stage, open: OpenPayment = topUp, caller = passenger) {
  return stage.ask(payment, 'open', open, caller);
}

function giveBack(stage: Stage, amount: number, transfer: string) {
  const refund = { transfer, amount, reason: 'not dispensed' };
  return stage.ask('device:d_1', 'giveBack', { payment: 'pay_1', refund, currency: 'CNY' }, 'test:');
}

function code(outcome: Outcome): string {
  return outcome.ok ? 'ok' : outcome.error.code;
}

function stateOf(stage: Stage): PaymentState {
  return (stage.read(payment, 'payment', {}, passenger) as { state: PaymentState }).state;
}

function heard(stage: Stage) {
  return (stage.read('device:d_1', 'payee') as PayeeState).heard;
}

function asked(provider: ScriptedProvider, type: string): readonly Json[] {
  return provider.asked.filter((one) => one.type === type).map(({ input }) => input);
}

t.test('pays: a top-up fills the wallet of the one who pays', async (t) => {
  const { stage, provider } = setUp();
  t.match(await openTopUp(stage), { ok: true, value: { payment: 'pay_1', url: '/pay/pay_1', state: 'created' } });
  t.equal(stateOf(stage), 'pending');
  t.match(await callBack(stage, 'pay_1', paid(provider.receipt(500))), { ok: true, value: { state: 'paid' } });
  t.same(stage.read('wallet:p_1', 'balance', {}, passenger), { balances: { CNY: 500 } });
  t.same(stage.books(), { 'world/sandbox CNY': -500, 'wallet:p_1 CNY': 500 });
  t.match(stage.read(payment, 'payment', {}, passenger), { url: 'http://provider/pay_1', refunded: 0 });
});

t.test('pays: a sale hears that the money arrived, and holds it', async (t) => {
  const { stage, provider } = setUp();
  await openSale(stage);
  await callBack(stage, 'pay_1', paid(provider.receipt(500)));
  const arrived = { payment: 'pay_1', purpose: sale.purpose, amount: 500, currency: 'CNY' };
  t.match(heard(stage), [
    { heard: 'answered', code: 'ok' },
    { heard: 'arrived', arrived },
  ]);
  t.same(stage.books(), { 'world/sandbox CNY': -500, 'device:d_1/held CNY': 500 });
});

t.test('pays: a restock is paid to its station', async (t) => {
  const { stage, provider } = setUp();
  const open: OpenPayment = { ...topUp, purpose: { kind: 'restock', key: 'r_1' }, payer: 'driver:dr_1' };
  await stage.ask('station:st_1', 'askPayment', { payment: 'pay_1', open }, 'test:');
  await callBack(stage, 'pay_1', paid(provider.receipt(500)));
  t.same(stage.books(), { 'world/sandbox CNY': -500, 'station:st_1/held CNY': 500 });
});

t.test('refuses: the payee hears it, nothing moves', async (t) => {
  const { stage } = setUp();
  await openSale(stage);
  await callBack(stage, 'pay_1', { result: 'refused' });
  await callBack(stage, 'pay_1', { result: 'refused' });
  t.equal(stateOf(stage), 'refused');
  t.match(heard(stage), [{}, { failed: { payment: 'pay_1', purpose: sale.purpose, reason: 'refused' } }]);
  t.equal(heard(stage).length, 2, 'once');
  t.same(stage.books(), {});
});

t.test('a provider that does not take the order refuses the payment', async (t) => {
  const { stage, provider } = setUp();
  provider.refusing = { create: 'no such shop' };
  await openSale(stage);
  t.match(stage.read(payment, 'payment', {}, passenger), { state: 'refused', reason: 'no such shop' });
  t.match(heard(stage).at(-1), { failed: { reason: 'refused' } });
});

t.test('pays late: the payee still gets the money, and can send it back', async (t) => {
  const { stage, provider } = setUp();
  await openSale(stage, { ...sale, expiresAt: stage.now + 5 * minute });
  await stage.advance(5 * minute);
  t.equal(stateOf(stage), 'expired');
  t.match(heard(stage).at(-1), { failed: { reason: 'expired' } });
  await callBack(stage, 'pay_1', paid(provider.receipt(500)));
  t.equal(stateOf(stage), 'paid');
  t.match(heard(stage).at(-1), { heard: 'arrived' });
  await giveBack(stage, 500, 's_1.refund');
  t.equal(stateOf(stage), 'refunded');
  t.same(stage.books(), {});
});

t.test('pays late: a top-up is credited all the same', async (t) => {
  const { stage, provider } = setUp();
  await openTopUp(stage);
  await stage.advance(60 * minute);
  t.equal(stateOf(stage), 'expired');
  await callBack(stage, 'pay_1', paid(provider.receipt(500)));
  t.same(stage.read('wallet:p_1', 'balance', {}, passenger), { balances: { CNY: 500 } });
});

t.test('a call-back told twice takes effect once, under one id or two', async (t) => {
  const { stage, provider } = setUp();
  await openTopUp(stage);
  const word = paid(provider.receipt(500));
  for (const id of ['n_1', 'n_1', 'n_2']) {
    t.match(await callBack(stage, 'pay_1', word, id), { ok: true, value: { state: 'paid' } });
  }
  t.same(asked(provider, 'refund'), [], 'nor is it taken for a second payment');
  await stage.advance(60 * minute);
  t.same(asked(provider, 'query'), [], 'what is settled is not asked about');
  t.same(stage.books(), { 'world/sandbox CNY': -500, 'wallet:p_1 CNY': 500 });
});

t.test('pays twice: the second payment goes back by itself', async (t) => {
  const { stage, provider } = setUp();
  await openTopUp(stage);
  await callBack(stage, 'pay_1', paid(provider.receipt(500)));
  await callBack(stage, 'pay_1', paid(provider.receipt(500)));
  t.equal(stateOf(stage), 'paid');
  t.match(asked(provider, 'refund'), [{ payment: 'pay_1', refund: 'pay_1.back.2', amount: 500, currency: 'CNY' }]);
  t.same(stage.books(), { 'world/sandbox CNY': -500, 'wallet:p_1 CNY': 500 });
});

t.test('never pays: it is asked after ever longer pauses, and expires', async (t) => {
  const { stage, provider } = setUp();
  await openSale(stage);
  const times: number[] = [];
  for (let half = 1; half <= 2 * 31; half++) {
    const before = asked(provider, 'query').length;
    await stage.advance(minute / 2);
    if (asked(provider, 'query').length > before) times.push(half / 2);
  }
  t.same(times, [0.5, 1, 2, 4, 8, 16, 30], 'minutes');
  t.equal(stateOf(stage), 'expired');
  t.same(stage.books(), {});
});

t.test('a lost call-back is found by asking', async (t) => {
  const { stage, provider } = setUp();
  await openTopUp(stage);
  const word = paid(provider.receipt(500));
  provider.words.set('pay_1', word);
  await stage.advance(defaultTerms.paymentCheckMs);
  t.equal(stateOf(stage), 'paid');
  await callBack(stage, 'pay_1', word);
  await stage.advance(60 * minute);
  t.equal(asked(provider, 'query').length, 1, 'a settled payment is not asked about again');
  t.same(stage.books(), { 'world/sandbox CNY': -500, 'wallet:p_1 CNY': 500 });
});

t.test('a refusal whose call-back was lost is found by asking', async (t) => {
  const { stage, provider } = setUp();
  await openSale(stage);
  provider.words.set('pay_1', { result: 'refused' });
  await stage.advance(defaultTerms.paymentCheckMs);
  t.equal(stateOf(stage), 'refused');
});

t.test('a wrong amount or another currency settles nothing and goes back whole', async (t) => {
  for (const [amount, currency] of [
    [499, 'CNY'],
    [501, 'CNY'],
    [500, 'EUR'],
  ] as const) {
    const { stage, provider } = setUp();
    await openSale(stage);
    provider.refusing = { refund: 'come back tomorrow' };
    await callBack(stage, 'pay_1', paid(provider.receipt(amount, currency)));
    t.match(heard(stage).at(-1), { failed: { reason: 'amount_differs' } });
    t.equal(stateOf(stage), 'disputed');
    t.same(stage.books(), { [`world/sandbox ${currency}`]: -amount, [`payment:pay_1/held ${currency}`]: amount });
  }
  const { stage, provider } = setUp();
  await openSale(stage);
  await callBack(stage, 'pay_1', paid(provider.receipt(499)));
  t.match(stage.read(payment, 'payment', {}, passenger), { state: 'refunded', reason: 'amount_differs' });
  t.same(stage.books(), {});
  await callBack(stage, 'pay_1', paid(provider.receipt(500)));
  t.same(stage.books(), {}, 'the right amount after that goes back as well: the payee was told that it failed');
});

t.test('a refund per line leaves the rest paid; the last one makes it refunded', async (t) => {
  const { stage, provider } = setUp();
  await openSale(stage);
  await callBack(stage, 'pay_1', paid(provider.receipt(500)));
  await giveBack(stage, 200, 's_1.refund.1');
  t.match(stage.read(payment, 'payment', {}, passenger), { state: 'paid', refunded: 200 });
  await giveBack(stage, 300, 's_1.refund.2');
  t.match(stage.read(payment, 'payment', {}, passenger), { state: 'refunded', refunded: 500 });
  t.same(stage.books(), {});
});

t.test('more back than was paid, or one refund twice, is held and disputed', async (t) => {
  const { stage, provider } = setUp();
  await openSale(stage);
  await callBack(stage, 'pay_1', paid(provider.receipt(500)));
  await giveBack(stage, 200, 's_1.refund');
  await giveBack(stage, 200, 's_1.refund');
  await giveBack(stage, 301, 's_1.rest');
  t.equal(asked(provider, 'refund').length, 1);
  t.match(stage.read(payment, 'payment', {}, passenger), { state: 'disputed', reason: 'more_returned_than_paid' });
  t.match(stage.books(), { 'payment:pay_1/held CNY': 501, 'world/sandbox CNY': -300 });
});

t.test('a refund that the provider refuses is held and disputed', async (t) => {
  const { stage, provider } = setUp();
  await openSale(stage);
  await callBack(stage, 'pay_1', paid(provider.receipt(500)));
  provider.refusing = { refund: 'account closed' };
  await giveBack(stage, 500, 's_1.refund');
  t.match(stage.read(payment, 'payment', {}, passenger), { state: 'disputed', reason: 'account closed', refunded: 0 });
  t.same(stage.books(), { 'world/sandbox CNY': -500, 'payment:pay_1/held CNY': 500 });
});

t.test('only its payee sends money back', async (t) => {
  const { stage, provider } = setUp();
  await openSale(stage);
  await callBack(stage, 'pay_1', paid(provider.receipt(500)));
  const back = { transfer: 's_1.refund', amount: 500, reason: 'mine' };
  for (const caller of [passenger, 'device:d_2', 'device:d_1', 'platform:root']) {
    t.equal(code(await stage.ask(payment, 'refund', back, caller)), 'not_yours', caller);
  }
  t.equal(code(await stage.ask('payment:pay_2', 'refund', back, 'device:d_1')), 'unknown_payment');
  const half = { ...back, amount: 0.5 };
  t.equal(code(await stage.ask(payment, 'refund', half, 'device:d_1', 'device:d_1/9/0')), 'bad_input');
});

t.test('only its provider confirms a payment, and only one that there is', async (t) => {
  const { stage, provider } = setUp();
  await openTopUp(stage);
  const word = paid(provider.receipt(500));
  for (const caller of [passenger, 'provider:other', 'device:d_1', 'platform:root']) {
    t.equal(code(await stage.ask(payment, 'confirm', word, caller)), 'not_allowed', caller);
  }
  t.equal(code(await callBack(stage, 'pay_unknown', word)), 'unknown_payment');
  t.same(stage.books(), {});
});

t.test('only the provider that was asked answers: a client that makes an answer up is refused', async (t) => {
  const { stage } = setUp();
  await openTopUp(stage);
  const receipts = [{ serial: 'made.up', amount: 500, currency: 'CNY', at: 1 }];
  const answers: readonly (readonly [string, Json])[] = [
    [
      'createAnswered',
      { from: 'effect:provider', outcome: { ok: true, value: { url: 'http://elsewhere' } }, note: null },
    ],
    [
      'checkAnswered',
      { from: 'effect:provider', outcome: { ok: true, value: { result: 'paid', receipts } }, note: { again: false } },
    ],
    [
      'refundAnswered',
      { from: 'effect:provider', outcome: { ok: true, value: { at: 1 } }, note: { refund: 'pay_1.back.1' } },
    ],
  ];
  for (const [type, answer] of answers) {
    for (const caller of [passenger, 'provider:sandbox', payment]) {
      t.equal(code(await stage.ask(payment, type, answer, caller)), 'not_allowed', `${type} by ${caller}`);
    }
  }
});

t.test('nobody fills a wallet but its owner, and no client opens the payment of a sale', async (t) => {
  const { stage } = setUp();
  const station = { ...topUp, purpose: { kind: 'topUp', key: 'st_1' }, payer: 'station:st_1' } as const;
  t.equal(code(await openTopUp(stage, topUp, 'passenger:p_2')), 'not_allowed');
  t.equal(code(await openTopUp(stage, { ...topUp, payer: 'passenger:p_2' })), 'not_allowed');
  t.equal(code(await openTopUp(stage, { ...topUp, purpose: { kind: 'topUp', key: 'p_2' } })), 'not_allowed');
  t.equal(code(await openTopUp(stage, station, 'station:st_1')), 'not_allowed');
  t.equal(code(await openTopUp(stage, sale)), 'not_allowed');
  t.equal(code(await openTopUp(stage, sale, 'device:d_1')), 'not_allowed', 'a device as a client');
  const restock = { ...sale, purpose: { kind: 'restock', key: 'r_1' } } as const;
  t.equal(code(await stage.ask(payment, 'open', restock, 'device:d_1', 'device:d_1/1/0')), 'not_allowed');
});

t.test('a payment of no amount, no currency or no provider is not opened', async (t) => {
  const { stage, provider } = setUp();
  for (const amount of [0, -1, 1.5, defaultTerms.largestPayment + 1]) {
    t.equal(code(await openTopUp(stage, { ...topUp, amount })), 'amount_out_of_range', `${amount}`);
  }
  t.equal(code(await openTopUp(stage, { ...topUp, currency: 'XYZ' })), 'unknown_currency');
  t.equal(code(await openTopUp(stage, { ...topUp, provider: 'piggybank' })), 'unknown_provider');
  t.equal(provider.asked.length, 0);
  t.equal(code(await openTopUp(stage, { ...topUp, amount: defaultTerms.largestPayment })), 'ok');
  t.equal(code(await openTopUp(stage)), 'id_reused', 'a payment is opened once');
});

t.test('a check is asked for by the reconciliation or the timer, and finds what no call-back told', async (t) => {
  const { stage, provider } = setUp();
  t.equal(code(await stage.ask(payment, 'check', null, 'system:reconciliation')), 'unknown_payment');
  await openTopUp(stage);
  t.equal(code(await stage.ask(payment, 'check', null, passenger)), 'not_allowed');
  await stage.advance(60 * minute);
  provider.words.set('pay_1', paid(provider.receipt(500)));
  await stage.ask(payment, 'check', null, 'system:reconciliation');
  t.equal(stateOf(stage), 'paid');
});

t.test('a payment is seen by its payer and the platform, by nobody else', async (t) => {
  const { stage } = setUp();
  t.match(stage.read(payment, 'payment', {}, passenger), { refused: { code: 'unknown_payment' } });
  await openTopUp(stage);
  t.match(stage.read(payment, 'payment', {}, 'platform:root'), { amount: 500 });
  t.match(stage.read(payment, 'payment', {}, 'passenger:p_2'), { refused: { code: 'not_yours' } });
});

t.test('the view keeps each movement at the provider, the payer hears each change', async (t) => {
  const { stage, provider } = setUp();
  await openSale(stage);
  await callBack(stage, 'pay_1', paid(provider.receipt(500)));
  await giveBack(stage, 500, 's_1.refund');
  const row = stage.rows.filter(({ collection }) => collection === 'payments').at(-1);
  const fields = row?.fields as PaymentFields;
  t.equal(row?.id, 'pay_1');
  t.match(fields, { provider: 'sandbox', payer: passenger, payee: 'device:d_1', purpose: 'sale', key: 's_1' });
  t.same(fields.lines, [
    { kind: 'payment', id: 'x_1', amount: 500, currency: 'CNY', at: 500 },
    { kind: 'refund', id: 's_1.refund', amount: 500, currency: 'CNY', at: 1000 },
  ]);
  const told = stage.pushes.filter(({ channel }) => channel === 'payer').map(({ data }) => data);
  t.match(told, [{ state: 'pending' }, { state: 'paid' }, { state: 'refunded' }]);
});

t.test('no state is left but by the ways of the table, and money that arrived is never forgotten', (t) => {
  for (const state of ['paid', 'disputed', 'refunded'] as const) {
    for (const happening of ['accepted', 'declined', 'arrived', 'differed', 'lapsed'] as const) {
      t.equal(next[state][happening], state, `${happening} leaves ${state}`);
    }
  }
  for (const state of ['created', 'pending', 'refused', 'expired'] as const) {
    t.equal(next[state].arrived, 'paid');
    t.equal(next[state].differed, 'disputed');
  }
  t.end();
});
