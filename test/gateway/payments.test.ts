/** Payments over real HTTP: this server, the sandbox, and everything that a provider may do. */
import fastify from 'fastify';
import t from 'tap';

import { systemClock } from '../../src/actors/runtime/clock.js';
import { callBack } from '../../src/gateway/payments/call-backs.js';
import { callBackPath, paymentRoutes } from '../../src/gateway/payments/routes.js';
import { MOST_AGE, sign } from '../../src/gateway/payments/signature.js';
import { Counter, secret } from '../support/counter.js';
import { until } from '../support/until.js';

t.test('pays: the wallet is filled, and the provider hears success once that is durable', async (t) => {
  const counter = await Counter.open(t);
  const { outcome } = await counter.topUp('pay_1', 500);
  t.match(outcome, { ok: true, value: { payment: 'pay_1', url: '/pay/pay_1' } });
  await counter.reaches('pay_1', 'paid');
  t.equal(await counter.balance(), 500);
  await until('it was counted', () => counter.counted.length === 1);
  t.same(counter.counted, ['settled']);
  t.same(await counter.books(), { 'world/sandbox CNY': -500, 'wallet:p_1 CNY': 500 });
});

t.test('refuses: nothing moves', async (t) => {
  const counter = await Counter.open(t);
  await counter.behave({ behaviour: 'refuses' });
  await counter.topUp('pay_1', 500);
  await counter.reaches('pay_1', 'refused');
  t.same(await counter.books(), {});
});

t.test('pays late: an expired top-up is credited all the same', async (t) => {
  const counter = await Counter.open(t, { payersWait: true });
  await counter.behave({ behaviour: 'pays late', afterMs: 1 }, 'pay_1');
  await counter.topUp('pay_1', 500);
  await counter.reaches('pay_1', 'expired');
  t.equal(await counter.balance(), 0);
  counter.payersGoOn();
  await counter.reaches('pay_1', 'paid');
  t.equal(await counter.balance(), 500);
});

t.test('pays late for a sale: the money arrives after the failure was told', async (t) => {
  const counter = await Counter.open(t, { payersWait: true });
  await counter.behave({ behaviour: 'pays late', afterMs: 1 });
  const purpose = { kind: 'sale', key: 's_1' };
  const open = { provider: 'sandbox', amount: 500, currency: 'CNY', purpose, payer: 'passenger:p_1' };
  await counter.ask('device:d_1', 'askPayment', { payment: 'pay_1', open }, 'test:');
  await counter.reaches('pay_1', 'expired');
  counter.payersGoOn();
  await counter.reaches('pay_1', 'paid');
  const refund = { transfer: 's_1.refund', amount: 500, reason: 'expired' };
  const back = { payment: 'pay_1', refund, currency: 'CNY' };
  await until('the device holds it', async () => (await counter.books())['device:d_1/held CNY'] === 500);
  await counter.ask('device:d_1', 'giveBack', back, 'test:');
  await counter.reaches('pay_1', 'refunded');
  t.same(await counter.books(), {});
});

t.test('pays twice: the second goes back by itself', async (t) => {
  const counter = await Counter.open(t);
  await counter.behave({ behaviour: 'pays twice' });
  await counter.topUp('pay_1', 500);
  await counter.reaches('pay_1', 'paid');
  await until(
    'the second went back',
    async () => (await counter.books())['payment:pay_1/held CNY'] === undefined && counter.counted.length === 2,
  );
  t.equal(await counter.balance(), 500);
  t.same(await counter.books(), { 'world/sandbox CNY': -500, 'wallet:p_1 CNY': 500 });
});

t.test('never pays: it expires', async (t) => {
  const counter = await Counter.open(t);
  await counter.behave({ behaviour: 'never pays' });
  await counter.topUp('pay_1', 500);
  await counter.reaches('pay_1', 'expired');
  t.same(await counter.books(), {});
});

t.test('pays a wrong amount: the wallet gets nothing, the payer gets it back', async (t) => {
  const counter = await Counter.open(t);
  await counter.behave({ behaviour: 'pays a wrong amount' });
  await counter.topUp('pay_1', 500);
  await counter.reaches('pay_1', 'refunded');
  t.match(await counter.seen('pay_1'), { reason: 'amount_differs' });
  t.same(await counter.books(), {});
});

t.test('a lost call-back is found by asking', async (t) => {
  const counter = await Counter.open(t);
  await counter.behave({ behaviour: 'pays silently' });
  await counter.topUp('pay_1', 500);
  await counter.reaches('pay_1', 'paid');
  t.equal(await counter.balance(), 500);
  t.same(counter.counted, []);
});

t.test('a server killed between payment and call-back settles once', async (t) => {
  const counter = await Counter.open(t, { payersWait: true });
  await counter.topUp('pay_1', 500);
  await counter.reaches('pay_1', 'pending');
  counter.crash();
  counter.payersGoOn();
  await counter.reaches('pay_1', 'paid');
  t.equal(await counter.balance(), 500);
  counter.crash();
  t.equal(await counter.balance(), 500);
  t.same(await counter.books(), { 'world/sandbox CNY': -500, 'wallet:p_1 CNY': 500 });
});

t.test('a provider that cannot be reached is asked again until it can', async (t) => {
  const counter = await Counter.open(t);
  const { url } = counter.sandbox;
  const port = Number(new URL(url).port);
  await counter.sandbox.close();
  await counter.topUp('pay_1', 500);
  t.match(await counter.seen('pay_1'), { state: 'created', url: null });
  const { startSandbox } = await import('../../src/gateway/payments/sandbox/server.js');
  const again = await startSandbox({ port, secret, payAfterMs: 5, repeatMs: 20 });
  t.teardown(() => again.close());
  await counter.reaches('pay_1', 'paid');
  t.equal(await counter.balance(), 500);
});

t.test('a refund that the provider refuses is held and disputed', async (t) => {
  const counter = await Counter.open(t);
  await counter.behave({ behaviour: 'never pays' }, 'pay_1');
  await counter.topUp('pay_1', 500);
  const body = notification({ receipt: { serial: 'sb_1', amount: 499, currency: 'CNY', at: 1 } });
  t.equal((await post(counter, body, sign(secret, body, Date.now()))).status, 200);
  await until('it is disputed', async () => /more than|left/.test((await counter.seen('pay_1')).reason ?? ''));
  t.match(await counter.seen('pay_1'), { state: 'disputed' });
  t.same(await counter.books(), { 'world/sandbox CNY': -499, 'payment:pay_1/held CNY': 499 });
  const unknown = { payment: 'pay_9', refund: 'r_1', amount: 1, currency: 'CNY' };
  const outcome = await counter.provider.refund(unknown, new AbortController().signal);
  t.match(outcome, { ok: false, error: { code: 'provider_refused', message: /pay_9/ } });
});

t.test('the payer is led to the provider`s page; there is none for a payment that is not', async (t) => {
  const counter = await Counter.open(t);
  await counter.behave({ behaviour: 'never pays' });
  await counter.topUp('pay_1', 500);
  await counter.reaches('pay_1', 'pending');
  const page = await fetch(`${counter.url}/pay/pay_1`);
  t.equal(page.url, `${counter.sandbox.url}/pay/pay_1`);
  t.match(await page.text(), /Order pay_1: 500 CNY/);
  for (const other of ['pay_2', '%2e%2e%2fx', 'a:b']) {
    t.equal((await fetch(`${counter.url}/pay/${other}`)).status, 404, other);
  }
});

/** A call-back of a receipt of 500 for `pay_1`, with some of it changed. */
function notification(change: object = {}): string {
  const receipt = { serial: 'sb_1', amount: 500, currency: 'CNY', at: 1 };
  return JSON.stringify({ notification: 'n_1', app: 'backseat', order: 'pay_1', result: 'paid', receipt, ...change });
}

async function post(counter: Counter, body: string, headers: object, path = callBackPath('sandbox')) {
  const response = await fetch(counter.url + path, { method: 'POST', body, headers: { ...headers } });
  return { status: response.status, body: await response.text() };
}

t.test('a call-back that the provider did not sign changes nothing and is counted', async (t) => {
  const counter = await Counter.open(t);
  await counter.behave({ behaviour: 'never pays' });
  await counter.topUp('pay_1', 500);
  const body = notification();
  const now = Date.now();
  const wrong = [
    {},
    sign('another secret', body, now),
    sign(secret, notification({ order: 'pay_2' }), now),
    sign(secret, body, now - MOST_AGE - 1000),
    sign(secret, body, now + MOST_AGE + 60_000),
    { ...sign(secret, body, now), 'sandbox-timestamp': String(now + 1) },
    { ...sign(secret, body, now), 'sandbox-signature': 'short' },
  ];
  for (const headers of wrong) t.same(await post(counter, body, headers), { status: 401, body: 'fail' });
  t.same(counter.counted, Array(wrong.length).fill('bad_signature'));
  t.not((await counter.seen('pay_1')).state, 'paid');
  t.same(await counter.books(), {});
});

t.test(
  'a signed call-back for another app, of no known shape, or for no payment is not answered with success',
  async (t) => {
    const counter = await Counter.open(t);
    await counter.behave({ behaviour: 'never pays' });
    await counter.topUp('pay_1', 500);
    const tell = (body: string) => post(counter, body, sign(secret, body, Date.now()));
    t.same(await tell(notification({ app: 'another' })), { status: 401, body: 'fail' });
    t.same(await tell('{"result":"paid"}'), { status: 400, body: 'fail' });
    t.same(await tell('no JSON'), { status: 400, body: 'fail' });
    const receipt = { serial: 'sb_1', amount: 0.5, currency: 'CNY', at: 1 };
    t.same(await tell(notification({ receipt })), { status: 400, body: 'fail' }, 'half a unit');
    t.same(await tell(notification({ order: 'pay_9' })), { status: 409, body: 'fail' });
    t.same(counter.counted, ['wrong_app', 'malformed', 'malformed', 'malformed', 'unknown_payment']);
    t.same(await counter.books(), {});
    const elsewhere = notification();
    const path = callBackPath('toString');
    t.equal((await post(counter, elsewhere, sign(secret, elsewhere, Date.now()), path)).status, 404);
  },
);

t.test('a call-back that comes again is answered alike and settles once', async (t) => {
  const counter = await Counter.open(t);
  await counter.behave({ behaviour: 'never pays' });
  await counter.topUp('pay_1', 500);
  for (const change of [{}, {}, { notification: 'n_2' }]) {
    const body = notification(change);
    t.same(await post(counter, body, sign(secret, body, Date.now())), { status: 200, body: 'success' });
  }
  t.equal(await counter.balance(), 500);
  t.same(await counter.books(), { 'world/sandbox CNY': -500, 'wallet:p_1 CNY': 500 });
});

t.test('a call-back is not answered with success while nothing is decided', async (t) => {
  const counter = await Counter.open(t);
  const body = notification();
  const unstored = { code: 'unavailable', message: 'the store does not answer' };
  const engine = { ask: async () => ({ unstored }) };
  const counted: string[] = [];
  const tools = { engine, clock: { now: Date.now }, count: (outcome: string) => counted.push(outcome) };
  const request = { headers: { ...sign(secret, body, Date.now()) }, body };
  t.same(await callBack(counter.provider, request, tools), { status: 503, body: 'fail' });
  t.same(counted, ['unavailable']);
});

t.test('R8: an address that asks for pages too often wakes no actor, and is told to wait', async (t) => {
  const http = fastify();
  t.teardown(() => http.close());
  const asked: string[] = [];
  const never = () => Promise.reject(new Error('nobody is asked'));
  const read = (actor: string) => {
    asked.push(actor);
    return Promise.resolve({ unstored: { code: 'unavailable', message: 'not here' } });
  };
  const waits = [0, 1500];
  const engine = { ask: never, read };
  await http.register(
    paymentRoutes({
      engine,
      clock: systemClock,
      count: () => undefined,
      providers: {},
      wait: () => waits.shift() ?? 0,
    }),
  );
  t.equal((await http.inject('/pay/pay_1')).statusCode, 404);
  t.match(await http.inject('/pay/pay_2'), { statusCode: 429, headers: { 'retry-after': '2' } });
  t.same(asked, ['payment:pay_1']);
});
