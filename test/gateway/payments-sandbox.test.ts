/** The sandbox as its own: what it does with orders and refunds, and how it tells shops. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

import t, { type Test } from 'tap';

import { isSigned, sign } from '../../src/gateway/payments/signature.js';
import { planOf } from '../../src/gateway/payments/sandbox/behaviour.js';
import { startSandbox } from '../../src/gateway/payments/sandbox/server.js';
import { VirtualClock } from '../support/virtual-clock.js';
import { until } from '../support/until.js';

const secret = 'held by both sides';

interface Told {
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

/** Remembers each pause that was asked for. */
class WatchedClock extends VirtualClock {
  readonly pauses: number[] = [];
  override after(ms: number, run: () => void): () => void {
    this.pauses.push(ms);
    return super.after(ms, run);
  }
}

/** A shop that answers call-backs with `answers`, one after the other, then with the last. */
async function shop(t: Test, ...answers: readonly string[]) {
  const told: Told[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      told.push({ body, headers: request.headers });
      response.end(answers[Math.min(told.length, answers.length) - 1]);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { told, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/call-back` };
}

async function setUp(t: Test, notifyUrl = 'http://127.0.0.1:9/nobody') {
  const clock = new WatchedClock();
  const sandbox = await startSandbox({ port: 0, secret, clock, payAfterMs: 100, repeatMs: 1000 });
  t.teardown(() => sandbox.close());
  const ask = async (method: string, path: string, body?: object) => {
    const text = body && JSON.stringify(body);
    const headers = { ...sign(secret, text ?? path, clock.now()) };
    const response = await fetch(sandbox.url + path, { method, headers, ...(text && { body: text }) });
    const answer = await response.text();
    const json = response.headers.get('content-type')?.includes('json') === true;
    return { status: response.status, body: json ? (JSON.parse(answer) as object) : answer };
  };
  const order = { app: 'shop', order: 'o_1', amount: 500, currency: 'CNY', notifyUrl };
  const open = (change: object = {}) => {
    return ask('POST', '/payments', { ...order, expiresAt: clock.now() + 300_000, ...change });
  };
  return { clock, sandbox, ask, open };
}

t.test('an order is opened once, and is paid after a while', async (t) => {
  const { clock, sandbox, ask, open } = await setUp(t);
  t.same(await ask('GET', '/payments/o_1'), { status: 200, body: { result: 'waiting' } }, 'also when it is unknown');
  for (let n = 0; n < 2; n++) {
    t.same(await open(), { status: 200, body: { order: 'o_1', url: `${sandbox.url}/pay/o_1` } });
  }
  t.match(await open({ amount: 501 }), { status: 409, body: { code: 'order_differs' } });
  t.match(await ask('GET', '/payments/o_1'), { body: { result: 'waiting' } });
  await clock.advance(100);
  const { body } = await ask('GET', '/payments/o_1');
  t.match(body, { result: 'paid', receipts: [{ amount: 500, currency: 'CNY', at: clock.now() }] });
  t.equal((body as { receipts: object[] }).receipts.length, 1);
});

t.test('a call-back is signed and repeated until the answer is success, to the letter', async (t) => {
  const { told, url } = await shop(t, 'SUCCESS', 'success ', '', 'success');
  const { clock, open } = await setUp(t, url);
  await open();
  await clock.advance(100);
  for (const [n, pause] of [1000, 2000, 4000].entries()) {
    await until('the next pause', () => clock.pauses.length === n + 2);
    t.equal(clock.pauses[n + 1], pause);
    t.equal(told.length, n + 1);
    await clock.advance(pause);
  }
  await until('four were told', () => told.length === 4);
  t.equal(new Set(told.map(({ body }) => body)).size, 1, 'each time the same');
  t.match(JSON.parse(told[0]!.body), { app: 'shop', order: 'o_1', result: 'paid', receipt: { amount: 500 } });
  for (const { body, headers } of told) t.ok(isSigned(secret, body, headers, clock.now()));
});

t.test('a refund goes back once for each name, and never more than came', async (t) => {
  const { clock, ask, open } = await setUp(t);
  await open();
  await clock.advance(100);
  const refund = { app: 'shop', order: 'o_1', refund: 'r_1', amount: 300, currency: 'CNY' };
  const first = await ask('POST', '/refunds', refund);
  t.match(first, { status: 200, body: { refund: 'r_1', at: clock.now() } });
  await clock.advance(50);
  t.same(await ask('POST', '/refunds', refund), first);
  t.match(await ask('POST', '/refunds', { ...refund, amount: 1 }), { status: 409, body: { code: 'refund_differs' } });
  const exceeds = { status: 422, body: { code: 'refund_exceeds_payment' } };
  t.match(await ask('POST', '/refunds', { ...refund, refund: 'r_2', amount: 201 }), exceeds);
  t.match(await ask('POST', '/refunds', { ...refund, refund: 'r_2', currency: 'EUR' }), exceeds);
  t.match(await ask('POST', '/refunds', { ...refund, order: 'o_9' }), { status: 404, body: { code: 'unknown_order' } });
  t.match(await ask('POST', '/refunds', { ...refund, refund: 'r_2', amount: 200 }), { status: 200 });
});

t.test('the statement of a day lists what moved on it, as JSON and as CSV', async (t) => {
  const { clock, ask, open } = await setUp(t);
  await open();
  await clock.advance(100);
  const at = clock.now();
  await clock.advance(Date.UTC(2026, 10, 21, 16) - at);
  await ask('POST', '/refunds', { app: 'shop', order: 'o_1', refund: 'r_1', amount: 300, currency: 'CNY' });
  const today = await ask('GET', '/statement?day=2026-11-21');
  t.match(today.body, { day: '2026-11-21', lines: [{ kind: 'payment', order: 'o_1', amount: 500, at }] });
  const refund = { kind: 'refund', id: 'r_1', order: 'o_1', amount: 300, currency: 'CNY', at: clock.now() };
  t.same((await ask('GET', '/statement?day=2026-11-22')).body, { day: '2026-11-22', lines: [refund] });
  t.same((await ask('GET', '/statement?day=2026-11-23')).body, { day: '2026-11-23', lines: [] });
  const csv = `kind,id,order,amount,currency,at\nrefund,r_1,o_1,300,CNY,${clock.now()}\n`;
  t.equal((await ask('GET', '/statement?day=2026-11-22&format=csv')).body, csv);
  t.match(await ask('GET', '/statement?day=yesterday'), { status: 422 });
});

t.test('nothing is done for who does not hold the secret', async (t) => {
  const { clock, sandbox, ask } = await setUp(t);
  for (const path of ['/payments/o_1', '/statement?day=2026-11-21']) {
    t.equal((await fetch(sandbox.url + path)).status, 401);
    const headers = { ...sign('a guess', path, clock.now()) };
    t.equal((await fetch(sandbox.url + path, { headers })).status, 401);
  }
  t.equal((await fetch(`${sandbox.url}/refunds`, { method: 'POST', body: '{}' })).status, 401);
  t.match(await ask('POST', '/refunds', {}), { status: 422, body: { code: 'bad_input' } }, 'signed, and still wrong');
});

t.test('an operator chooses how one order behaves, or all', async (t) => {
  const { clock, sandbox, ask, open } = await setUp(t);
  const behave = async (path: string, wish: object) => {
    const response = await fetch(sandbox.url + path, { method: 'PUT', body: JSON.stringify(wish) });
    return response.status;
  };
  t.equal(await behave('/operator/behaviour', { behaviour: 'refuses' }), 204);
  t.equal(await behave('/operator/behaviour/o_2', { behaviour: 'pays', afterMs: 5000 }), 204);
  t.equal(await behave('/operator/behaviour', { behaviour: 'steals' }), 422);
  await open();
  await open({ order: 'o_2' });
  await clock.advance(100);
  t.match(await ask('GET', '/payments/o_1'), { body: { result: 'refused' } });
  t.match(await ask('GET', '/payments/o_2'), { body: { result: 'waiting' } });
  await clock.advance(4900);
  t.match(await ask('GET', '/payments/o_2'), { body: { result: 'paid' } });
});

t.test('a call-back that comes twice is the same, and the operator sees how many came and were heard', async (t) => {
  const { told, url } = await shop(t, 'success');
  const { clock, sandbox, open } = await setUp(t, url);
  const wish = JSON.stringify({ behaviour: 'tells twice' });
  await fetch(`${sandbox.url}/operator/behaviour`, { method: 'PUT', body: wish });
  const count = async () => JSON.stringify(await (await fetch(`${sandbox.url}/operator/call-backs`)).json());
  await open();
  t.equal(await count(), '{"pending":1,"tried":0,"heard":0}');
  await clock.advance(100);
  await until('it was heard', () => told.length === 1);
  await until('one is pending', async () => (await count()) === '{"pending":1,"tried":1,"heard":1}');
  await clock.advance(1000);
  await until('it was heard again', () => told.length === 2);
  t.equal(told[0]?.body, told[1]?.body);
  await until('both are counted', async () => (await count()) === '{"pending":0,"tried":2,"heard":2}');
});

t.test('each behaviour has its plan', (t) => {
  const order = { amount: 500, expiresIn: 300_000 };
  const plan = (behaviour: Parameters<typeof planOf>[0]['behaviour'], afterMs?: number) =>
    planOf({ behaviour, ...(afterMs !== undefined && { afterMs }) }, order, 200);
  t.same(plan('pays'), { deeds: [{ after: 200, pays: 500 }], tells: [0] });
  t.same(plan('refuses'), { deeds: [{ after: 200, pays: 'nothing' }], tells: [0] });
  t.same(plan('pays late'), { deeds: [{ after: 301_000, pays: 500 }], tells: [0] });
  t.same(plan('pays late', 7), { deeds: [{ after: 7, pays: 500 }], tells: [0] });
  t.equal(plan('pays twice').deeds.length, 2);
  t.same(plan('never pays'), { deeds: [], tells: [0] });
  t.same(plan('pays a wrong amount').deeds, [{ after: 200, pays: 499 }]);
  t.same(planOf({ behaviour: 'pays a wrong amount' }, { ...order, amount: 1 }, 0).deeds, [{ after: 0, pays: 2 }]);
  t.same(plan('pays silently'), { deeds: [{ after: 200, pays: 500 }], tells: [] });
  t.same(plan('tells late'), { deeds: [{ after: 200, pays: 500 }], tells: [1000] });
  t.same(plan('tells twice'), { deeds: [{ after: 200, pays: 500 }], tells: [0, 1000] });
  t.end();
});
