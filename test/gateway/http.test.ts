import t from 'tap';

import { addressOf, mayConnect } from '../../src/gateway/address.js';
import { createLog } from '../../src/gateway/log.js';
import type { Requests } from '../../src/client/types.js';
import { ADMIN, openHouse } from '../support/house.js';

type LoggedIn = Requests['auth.logIn']['output'];

t.test('the HTTP door', async (t) => {
  const house = await openHouse(t);
  const logIn = await house.post('auth.logIn', ADMIN, { 'idempotency-key': 'one' });
  if (!logIn.ack.ok) throw new Error(logIn.ack.error.code);
  const { access } = logIn.ack.value as LoggedIn;
  const bearer = { authorization: `Bearer ${access}` };

  await t.test('says what is missing, by status and code', async (t) => {
    const cases: readonly (readonly [string, unknown, Record<string, string>, number, string])[] = [
      ['nothing.here', {}, {}, 404, 'unknown_command'],
      ['auth.me', {}, {}, 401, 'not_logged_in'],
      ['auth.me', {}, { authorization: 'Bearer nonsense' }, 401, 'not_logged_in'],
      ['auth.me', {}, { authorization: 'Magic wand' }, 400, 'bad_input'],
      ['auth.logIn', ADMIN, {}, 400, 'bad_input'],
      ['auth.logIn', ADMIN, { 'idempotency-key': 'a/b' }, 400, 'bad_input'],
      ['sale.place', {}, { ...bearer, 'idempotency-key': 'x' }, 403, 'not_allowed'],
      ['device.register', { name: '' }, { ...bearer, 'idempotency-key': 'x' }, 400, 'bad_input'],
      ['device.page', { device: 'd_none' }, {}, 404, 'unknown_device'],
    ];
    for (const [name, input, headers, status, code] of cases) {
      const answer = await house.post(name, input, headers);
      t.equal(answer.status, status, `${name} ${code}`);
      t.match(answer.ack, { ok: false, error: { code } });
    }
  });

  await t.test('a body that is no JSON, or too large, is refused in the same shape', async (t) => {
    const send = (body: string, type = 'application/json') =>
      fetch(`${house.url}/api/v1/auth.me`, { method: 'POST', headers: { 'content-type': type }, body });
    const broken = await send('{"name":');
    t.equal(broken.status, 400);
    t.match(await broken.json(), { ok: false, error: { code: 'bad_input' } });
    const large = await send(JSON.stringify('x'.repeat(70_000)));
    t.equal(large.status, 413);
    t.match(await large.json(), { ok: false, error: { code: 'too_large' } });
    const strange = await send('a=b', 'text/strange');
    t.equal(strange.status, 400);
    t.match(await strange.json(), { ok: false, error: { code: 'bad_input' } });
  });

  await t.test('a device speaks by its id and key', async (t) => {
    const made = await house.post('device.register', { name: 'Box' }, { ...bearer, 'idempotency-key': 'box' });
    if (!made.ack.ok) throw new Error(made.ack.error.code);
    const { device, key } = made.ack.value as { device: string; key: string };
    const basic = (secret: string) => ({
      authorization: `Basic ${Buffer.from(`${device}:${secret}`).toString('base64')}`,
    });
    t.match((await house.post('device.home', { device }, basic(key))).ack, { ok: true, value: { name: 'Box' } });
    t.match((await house.post('device.home', { device }, basic('wrong'))).ack, {
      ok: false,
      error: { code: 'not_logged_in' },
    });
  });

  await t.test('the same Idempotency-Key takes effect once, and with another content is an error', async (t) => {
    const once = { ...bearer, 'idempotency-key': 'register-once' };
    const [one, two] = [
      await house.post('device.register', { name: 'A' }, once),
      await house.post('device.register', { name: 'A' }, once),
    ];
    t.same(one.ack, two.ack);
    const other = await house.post('device.register', { name: 'B' }, once);
    t.equal(other.status, 409);
    t.match(other.ack, { ok: false, error: { code: 'id_reused' } });
  });

  await t.test('a request has an id, the caller’s own where it is a sound one', async (t) => {
    const given = await fetch(`${house.url}/health`, { headers: { 'x-request-id': 'abc-1' } });
    t.equal(given.headers.get('x-request-id'), 'abc-1');
    const made = await fetch(`${house.url}/health`, { headers: { 'x-request-id': 'no good' } });
    t.match(made.headers.get('x-request-id'), /^[A-Za-z0-9_-]{16}$/);
  });

  await t.test('health, readiness, and what is not there', async (t) => {
    t.equal((await fetch(`${house.url}/health`)).status, 200);
    t.equal((await fetch(`${house.url}/ready`)).status, 200);
    const nothing = await fetch(`${house.url}/nothing`);
    t.equal(nothing.status, 404);
    t.match(await nothing.json(), { ok: false, error: { code: 'unknown_path' } });
  });
});

t.test('a node that takes no work says so, and what is wrong with its machine', async (t) => {
  let why: string | undefined = 'the store does not answer';
  const complaints = ['the clock of this machine was set back by 3600.0 s'];
  const house = await openHouse(t, { gateway: { notReady: () => why, complaints: () => complaints } });
  const health = await fetch(`${house.url}/health`);
  t.equal(health.status, 200, 'it lives');
  t.same(await health.json(), { ok: true, complaints });
  const ready = await fetch(`${house.url}/ready`);
  t.equal(ready.status, 503);
  t.same(await ready.json(), { ok: false, why });
  why = undefined;
  t.equal((await fetch(`${house.url}/ready`)).status, 200);
});

t.test('a listed web origin may call, another may not', async (t) => {
  const house = await openHouse(t, { settings: { origins: ['https://shop.example'] } });
  const allowed = async (origin: string) =>
    (await fetch(`${house.url}/health`, { headers: { origin } })).headers.get('access-control-allow-origin');
  t.equal(await allowed('https://shop.example'), 'https://shop.example');
  t.not(await allowed('https://evil.example'), 'https://evil.example');
  await t.rejects(house.socket({}, { extraHeaders: { origin: 'https://evil.example' } }));
  t.ok(await house.socket({}, { extraHeaders: { origin: 'https://shop.example' } }));
  t.ok(await house.socket({}, { extraHeaders: { origin: house.url } }), 'the node’s own pages');
});

t.test('a page loads from this server alone, is framed by nobody, and says so in its headers', async (t) => {
  const house = await openHouse(t);
  const { headers } = await fetch(`${house.url}/health`);
  const content = headers.get('content-security-policy') ?? '';
  for (const rule of ["default-src 'self'", "frame-ancestors 'none'", "object-src 'none'"])
    t.ok(content.includes(rule), rule);
  t.equal(headers.get('x-content-type-options'), 'nosniff');
  t.equal(headers.get('referrer-policy'), 'no-referrer');
  t.equal(headers.get('x-powered-by'), null);
});

t.test('what other parts of the node bring is served', async (t) => {
  const house = await openHouse(t, {
    gateway: {
      plugins: [
        (app, _options, done) => {
          app.get('/from/elsewhere', (_request, reply) => reply.send('here'));
          done();
        },
      ],
    },
  });
  t.equal(await (await fetch(`${house.url}/from/elsewhere`)).text(), 'here');
});

t.test('a client’s address behind proxies is what the outermost trusted one wrote', async (t) => {
  t.equal(addressOf('10.0.0.1', '1.2.3.4', 0), '10.0.0.1', 'no proxy is trusted: what a client writes counts nothing');
  t.equal(addressOf('10.0.0.1', '6.6.6.6, 1.2.3.4', 1), '1.2.3.4');
  t.equal(addressOf('10.0.0.1', '6.6.6.6, 1.2.3.4, 10.0.0.2', 2), '1.2.3.4');
  t.equal(addressOf('10.0.0.1', ['6.6.6.6', '1.2.3.4'], 1), '1.2.3.4');
  t.equal(addressOf('10.0.0.1', undefined, 1), '10.0.0.1');
});

t.test('origins', async (t) => {
  t.ok(mayConnect(undefined, 'a.example', []), 'no browser');
  t.ok(mayConnect('https://a.example', 'a.example', []), 'the node’s own');
  t.notOk(mayConnect('https://a.example.evil', 'a.example', []));
  t.notOk(mayConnect('null', 'a.example', []));
  t.ok(mayConnect('https://b.example', 'a.example', ['https://b.example']));
  t.ok(mayConnect('https://b.example', 'a.example', ['*']));
});

t.test('secrets are masked in logs', async (t) => {
  const lines: string[] = [];
  const log = createLog('info', { write: (line: string) => void lines.push(line) });
  log.info({ token: 'SECRET', request: { password: 'SECRET', input: { key: 'SECRET' } }, caller: 'driver:dr_1' }, 'x');
  t.notMatch(lines.join(''), 'SECRET');
  t.match(lines.join(''), 'driver:dr_1');
  t.equal(lines.length, 1);
});

t.test('a failure inside is reported with its request, and the caller hears no detail of it', async (t) => {
  const lines: string[] = [];
  const log = createLog('error', { write: (line: string) => void lines.push(line) });
  const house = await openHouse(t, {
    gateway: { log, rebuildView: () => Promise.reject(new Error('disk on fire')) },
  });
  const logIn = await house.post('auth.logIn', ADMIN, { 'idempotency-key': 'one' });
  const access = logIn.ack.ok ? (logIn.ack.value as LoggedIn).access : '';
  const socket = await house.socket({ token: access });
  const overHttp = await house.post(
    'view.rebuild',
    { collection: 'sales' },
    { authorization: `Bearer ${access}`, 'idempotency-key': 'r' },
  );
  const overSocket: unknown = await socket.emitWithAck('view.rebuild', { id: 's', input: { collection: 'sales' } });
  t.equal(overHttp.status, 500);
  for (const ack of [overHttp.ack, overSocket]) {
    t.match(ack, { ok: false, error: { code: 'gateway_failed' } });
    t.notMatch(JSON.stringify(ack), 'fire');
  }
  t.equal(lines.filter((line) => line.includes('disk on fire') && line.includes('view.rebuild')).length, 2);
});
