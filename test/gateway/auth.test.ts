import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';

import type { Socket } from 'socket.io-client';
import t from 'tap';

import type { Requests } from '../../src/client/types.js';
import { Attempts } from '../../src/gateway/auth/attempts.js';
import { Derive } from '../../src/gateway/auth/derive.js';
import { Passwords } from '../../src/gateway/auth/passwords.js';
import { secretOf, Tokens } from '../../src/gateway/auth/tokens.js';
import { ADMIN, ask, call, done, openHouse, type House } from '../support/house.js';

type LoggedIn = Requests['auth.logIn']['output'];
type Home = Requests['device.home']['output'];

async function code(house: House, name: string, input: unknown, token?: string): Promise<string> {
  const ack = await call(house, name, input, token);
  return ack.ok ? 'ok' : ack.error.code;
}
const gone = (socket: Socket) => once(socket as unknown as NodeJS.EventEmitter, 'disconnect');
const told = async (socket: Socket, event: string) =>
  ((await once(socket as unknown as NodeJS.EventEmitter, event)) as [{ code: string }])[0];

t.test('accounts', async (t) => {
  const house = await openHouse(t);
  const wang = { role: 'driver', name: 'Wang', password: 'password one', displayName: '王师傅' };
  const first = await done<LoggedIn>(house, 'auth.signUp', wang);

  await t.test('who signs up is logged in, under the role he chose and a subject of his own', async (t) => {
    t.equal(first.role, 'driver');
    t.match(first.subject, /^driver:dr_/);
    t.equal(first.displayName, '王师傅');
    const home = await done<{ displayName: string }>(house, 'driver.home', {}, first.access);
    t.equal(home.displayName, '王师傅', 'stations and devices call him that');
  });

  await t.test('nobody signs himself up as staff or as a device', async (t) => {
    for (const role of ['platform', 'station', 'device', 'screen']) {
      t.equal(await code(house, 'auth.signUp', { ...wang, name: `x${role}`, role }), 'bad_input', role);
    }
  });

  await t.test('a name is one account, however it is written', async (t) => {
    t.equal(await code(house, 'auth.signUp', { ...wang, name: 'WANG' }), 'name_taken');
    t.equal(
      (await done<LoggedIn>(house, 'auth.logIn', { name: 'wANG', password: wang.password })).subject,
      first.subject,
    );
  });

  await t.test('a wrong password and a name that is not there hear the same', async (t) => {
    const wrong = await call(house, 'auth.logIn', { name: 'wang', password: 'not his password' });
    const nobody = await call(house, 'auth.logIn', { name: 'nobody.of.that.name', password: 'not his password' });
    t.same(wrong, nobody);
    t.match(wrong, { ok: false, error: { code: 'wrong_password' } });
  });

  await t.test('a command that is repeated hears the same and opens no second session', async (t) => {
    const again = { 'idempotency-key': 'log-in-once' };
    const one = await house.post('auth.logIn', { name: 'wang', password: wang.password }, again);
    const two = await house.post('auth.logIn', { name: 'wang', password: wang.password }, again);
    t.ok(one.ack.ok && two.ack.ok);
    if (one.ack.ok && two.ack.ok) t.equal((one.ack.value as LoggedIn).refresh, (two.ack.value as LoggedIn).refresh);
    const up = { ...wang, name: 'li' };
    const first = await house.post('auth.signUp', up, { 'idempotency-key': 'sign-up-once' });
    const second = await house.post('auth.signUp', up, { 'idempotency-key': 'sign-up-once' });
    t.same(
      first.ack.ok && (first.ack.value as LoggedIn).refresh,
      second.ack.ok && (second.ack.value as LoggedIn).refresh,
    );
  });

  await t.test('no answer holds a password’s hash', async (t) => {
    t.notMatch(JSON.stringify(first), /argon2|passwordHash|\$/);
  });

  await t.test(
    'a refresh gives a new pair, and a token that is shown twice ends the session and its sockets',
    async (t) => {
      const session = await done<LoggedIn>(house, 'auth.logIn', { name: 'wang', password: wang.password });
      const next = await done<LoggedIn>(house, 'auth.refresh', { refresh: session.refresh });
      t.not(next.refresh, session.refresh);
      const socket = await house.socket({ token: next.access });
      const closing = told(socket, 'closing');
      const end = gone(socket);
      t.equal(await code(house, 'auth.refresh', { refresh: session.refresh }), 'session_ended', 'shown a second time');
      t.match(await closing, { code: 'session_ended' });
      await end;
      t.equal(await code(house, 'auth.refresh', { refresh: next.refresh }), 'session_ended', 'the good one ends too');
      await t.rejects(house.socket({ token: next.access }), { message: 'session_ended' });
    },
  );

  await t.test('a refresh whose answer was lost is asked again with its id and hears the same', async (t) => {
    const session = await done<LoggedIn>(house, 'auth.logIn', { name: 'wang', password: wang.password });
    const once = { 'idempotency-key': 'refresh-once' };
    const one = await house.post('auth.refresh', { refresh: session.refresh }, once);
    const two = await house.post('auth.refresh', { refresh: session.refresh }, once);
    t.same(one.ack.ok && (one.ack.value as LoggedIn).refresh, two.ack.ok && (two.ack.value as LoggedIn).refresh);
  });

  await t.test('what is no refresh token ends nothing', async (t) => {
    for (const refresh of ['x', 'wang~f_1~x', '../x~f~y', 'wang~f_1', '~~']) {
      t.equal(await code(house, 'auth.refresh', { refresh }), 'session_ended', refresh);
    }
  });

  await t.test('a log-out closes the session’s sockets and no other’s, and its token is worth nothing', async (t) => {
    const phone = await done<LoggedIn>(house, 'auth.logIn', { name: 'wang', password: wang.password });
    const tablet = await done<LoggedIn>(house, 'auth.logIn', { name: 'wang', password: wang.password });
    const [one, two, other] = await Promise.all([
      house.socket({ token: phone.access }),
      house.socket({ token: phone.access }),
      house.socket({ token: tablet.access }),
    ]);
    const ends = Promise.all([gone(one), gone(two)]);
    await done(house, 'auth.logOut', {}, phone.access);
    await ends;
    t.ok(other.connected);
    t.equal(await code(house, 'auth.me', {}, phone.access), 'session_ended');
    t.equal(await code(house, 'auth.me', {}, tablet.access), 'ok');
  });

  await t.test('staff is invited by the platform, and accepts once with the code', async (t) => {
    const admin = await done<LoggedIn>(house, 'auth.logIn', ADMIN);
    const { station } = await done<{ station: string }>(
      house,
      'station.register',
      { name: '虹桥站', lon: 121, lat: 31 },
      admin.access,
    );
    const invitation = { role: 'station', name: 'operator', station };
    t.equal(await code(house, 'auth.invite', invitation, first.access), 'not_allowed', 'a driver invites nobody');
    const invited = await done<{ code: string }>(house, 'auth.invite', invitation, admin.access);
    t.equal(
      await code(house, 'auth.accept', { code: 'wrong-code', name: 'operator', password: 'password two' }),
      'wrong_code',
    );
    const accept = { code: invited.code, name: 'operator', password: 'password two' };
    const operator = await done<LoggedIn>(house, 'auth.accept', accept);
    t.equal(operator.subject, `station:${station}`);
    t.equal(await code(house, 'auth.accept', accept), 'invitation_ended');
    t.equal(
      await code(house, 'station.stock', { lines: [{ product: 'pr_none', units: 1, price: 1 }] }, operator.access),
      'unknown_product',
    );
  });

  await t.test('the first platform account is made once; a later start leaves its password alone', async (t) => {
    const admin = await done<LoggedIn>(house, 'auth.logIn', ADMIN);
    t.equal(admin.role, 'platform');
  });
});

t.test('devices', async (t) => {
  const house = await openHouse(t);
  const admin = await done<LoggedIn>(house, 'auth.logIn', ADMIN);
  const made = await done<{ device: string; key: string }>(house, 'device.register', { name: 'Box' }, admin.access);

  await t.test('a device connects with its key alone, and not with another', async (t) => {
    const box = await house.socket(made);
    t.match(await ask(box, 'device.home', { device: made.device }), { name: 'Box' });
    const refused = { message: 'not_logged_in' };
    await t.rejects(house.socket({ ...made, key: 'x'.repeat(43) }), refused);
    await t.rejects(house.socket({ ...made, device: 'd_unknown' }), refused, 'one that does not exist looks the same');
    box.disconnect();
  });

  await t.test('the same device twice drops the older connection and stays online', async (t) => {
    const older = await house.socket(made);
    const closing = told(older, 'closing');
    const end = gone(older);
    const newer = await house.socket(made);
    t.match(await closing, { code: 'connected_elsewhere' });
    await end;
    t.match(await ask(newer, 'device.home', { device: made.device }), { online: true });
    newer.disconnect();
  });

  await t.test('a device that goes is told as offline, with the reason', async (t) => {
    const owner = await house.socket({ token: admin.access });
    await ask(owner, 'stream.follow', { stream: `device:${made.device}/owner` });
    const box = await house.socket(made);
    const heard: { name: string; data: object }[] = [];
    const offline = new Promise<void>((resolve) => {
      owner.on('push', (push: { name: string; data: object }) => {
        heard.push(push);
        if (push.name === 'device.offline') resolve();
      });
    });
    await ask(box, 'device.home', { device: made.device });
    box.disconnect();
    await offline;
    t.match(heard, [
      { name: 'device.online' },
      { name: 'device.offline', data: { reason: 'client namespace disconnect' } },
    ]);
  });

  await t.test('wrong keys are slowed for their address', async (t) => {
    const codes = new Set<string>();
    for (let i = 0; i < 7; i++) {
      await house.socket({ ...made, key: `wrong${i}` }).catch((error: unknown) => codes.add((error as Error).message));
    }
    t.ok(codes.has('too_many_requests'));
  });
});

t.test('a device that was online when its node ended is told as offline after the next start', async (t) => {
  const before = await openHouse(t);
  const registrar = await done<LoggedIn>(before, 'auth.logIn', ADMIN);
  const made = await done<{ device: string; key: string }>(
    before,
    'device.register',
    { name: 'Box' },
    registrar.access,
  );
  const back = await done<{ device: string; key: string }>(
    before,
    'device.register',
    { name: 'Back' },
    registrar.access,
  );
  await Promise.all(
    [made, back].map(async (device) => {
      const box = await before.socket(device);
      await ask(box, 'device.home', { device: device.device });
    }),
  );
  await before.engine.projected();
  await before.close();

  const house = await openHouse(t, { folder: before.folder, settings: { presenceGraceMs: 300 } });
  await house.socket(back);
  const admin = await done<LoggedIn>(house, 'auth.logIn', ADMIN);
  for (;;) {
    const home = await done<Home>(house, 'device.home', { device: made.device }, admin.access);
    if (home.online) continue;
    t.equal(home.lastOffline?.reason, 'node_stopped');
    break;
  }
  t.match(await done<Home>(house, 'device.home', { device: back.device }, admin.access), { online: true });
});

t.test('screens', async (t) => {
  const open = await openHouse(t, { settings: { publicScreens: 'yes' } });
  t.match(await ask(await open.socket({ screen: null }), 'fleet.snapshot', { period: 'day' }), {
    zone: 'Asia/Shanghai',
  });
  await open.close();
  const closed = await openHouse(t, { settings: { screenKey: 'a key of the wall', publicScreens: 'no' } });
  await t.rejects(closed.socket({ screen: null }), { message: 'not_logged_in' }, 'without the key');
  await t.rejects(closed.socket({ screen: 'another key' }), { message: 'not_logged_in' });
  t.ok(await closed.socket({ screen: 'a key of the wall' }));
  await closed.close();
  const silent = await openHouse(t, { settings: { screenKey: '', publicScreens: 'no' } });
  await t.rejects(silent.socket({ screen: '' }), { message: 'not_logged_in' }, 'nobody has set a key: nobody has one');
});

t.test('tokens', async (t) => {
  let now = 1_000_000;
  const claims = { subject: 'driver:dr_1', role: 'driver', account: 'wang', session: 'f_1' } as const;
  const tokens = new Tokens('s'.repeat(32), 60_000, () => now);
  const { access, expiresAt } = tokens.issue(claims);
  t.equal(expiresAt, 1_060_000);
  t.same(tokens.read(access), claims);
  now = expiresAt;
  t.equal(tokens.read(access), undefined, 'it ends');
  now = 1_000_000;
  t.equal(new Tokens('t'.repeat(32), 60_000, () => now).read(access), undefined, 'of another secret');
  const [head = '', body = '', signature = ''] = access.split('.');
  const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
  for (const forged of [`${none}.${body}.`, `${head}.${body}.`, `${head}.${body}x.${signature}`, 'x', '']) {
    t.equal(tokens.read(forged), undefined, forged);
  }
});

t.test('the secret of a data folder is made once, for its owner alone', async (t) => {
  const folder = t.testdir();
  const made = await secretOf(join(folder, 'data'));
  t.equal(await secretOf(join(folder, 'data')), made);
  t.equal(statSync(join(folder, 'data', 'token-secret')).mode & 0o777, 0o600);
  t.ok(made.length >= 32);
  t.equal(readFileSync(join(folder, 'data', 'token-secret'), 'utf8'), made);
  writeFileSync(join(folder, 'data', 'token-secret'), 'short');
  await t.rejects(secretOf(join(folder, 'data')), { name: 'BadSetting', message: /holds no secret/ });
});

t.test('passwords', async (t) => {
  const always = () => true;
  const passwords = new Passwords({ memoryKiB: 8, passes: 1, atOnce: 2 });
  const salt = new Derive('x').salt('password', 'wang', '1');
  const hash = await passwords.hash('right', salt);
  t.match(hash, /^\$argon2id\$/);
  t.equal(await passwords.hash('right', salt), hash, 'a retry makes the same hash');
  t.equal(await passwords.verify(hash, 'right', always), true);
  t.equal(await passwords.verify(hash, 'wrong', always), false);
  t.equal(await passwords.verify(undefined, '', always), false, 'of nobody none is right, not even the empty one');
  const many = await Promise.all(Array.from({ length: 600 }, () => passwords.verify(hash, 'wrong', always)));
  t.ok(many.includes(undefined), 'beyond a bound they are turned away');
  t.ok(many.filter((one) => one === false).length >= 512);
});

t.test('attempts', async (t) => {
  let now = 0;
  const attempts = new Attempts(() => now);
  for (let i = 0; i < 5; i++) {
    t.equal(attempts.wait('wang', '10.0.0.1'), 0, `try ${i + 1}`);
    attempts.failed('wang', '10.0.0.1');
  }
  t.ok(attempts.wait('wang', '10.0.0.1') > 0, 'the sixth waits');
  t.equal(attempts.wait('wang', '10.0.0.2'), 0, 'he himself, from elsewhere, does not');
  t.equal(attempts.wait('li', '10.0.0.1'), 0, 'another name does not');
  now += 10_000;
  t.equal(attempts.wait('wang', '10.0.0.1'), 0, 'after a pause it is granted');
  for (let i = 0; i < 200; i++) attempts.failed(`name${i}`, '10.0.0.3');
  t.ok(attempts.wait('fresh name', '10.0.0.3') > 0, 'an address that fails at many names waits at all');
  for (let i = 0; i < 200; i++) attempts.failed('zhao', `10.1.0.${i}`);
  t.ok(attempts.wait('zhao', '10.2.0.1') > 0, 'a name that fails from many addresses waits for all');
});

t.test('wrong passwords that come all at once are no more tries than those that come one by one', async (t) => {
  const house = await openHouse(t, { settings: { hashesAtOnce: 1 } });
  const input = { name: 'wang', password: 'a guess of many' };
  const tries = Array.from({ length: 20 }, (_, i) => house.post('auth.logIn', input, { 'idempotency-key': `g${i}` }));
  const codes = (await Promise.all(tries)).map(({ ack }) => (ack.ok ? 'ok' : ack.error.code));
  const [judged, slowed] = ['wrong_password', 'too_many_requests'].map((one) => codes.filter((code) => code === one));
  t.equal((judged?.length ?? 0) + (slowed?.length ?? 0), 20);
  t.ok((judged?.length ?? 20) <= 6, `five, and the one that was being looked at: ${judged?.length}`);
});

t.test('derived secrets', async (t) => {
  const derive = new Derive('secret');
  t.equal(derive.secretFor('a', 'b', 'c'), derive.secretFor('a', 'b', 'c'));
  t.not(derive.secretFor('a', 'b', 'c'), derive.secretFor('a', 'bc'), 'parts do not run together');
  t.not(derive.secretFor('a'), new Derive('other').secretFor('a'));
  t.match(derive.id('d', 'x'), /^d_[A-Za-z0-9_-]{16}$/);
  t.match(derive.code(8, 'x'), /^[A-HJ-NP-Z2-9]{8}$/);
});
