/** What the platform takes back while somebody is connected: an account, a device's key, a device. */
import { once } from 'node:events';

import type { Socket } from 'socket.io-client';
import t from 'tap';

import type { Requests } from '../../src/client/types.js';
import { Connections } from '../../src/gateway/connections.js';
import { recheck } from '../../src/gateway/auth/recheck.js';
import { Sessions } from '../../src/gateway/auth/sessions.js';
import { ADMIN, ask, done, openHouse } from '../support/house.js';

type LoggedIn = Requests['auth.logIn']['output'];
const DRIVER = { name: 'wang', password: 'password one' };

/** Resolves with the code that a socket hears before it is closed. */
async function closed(socket: Socket): Promise<string> {
  const events = socket as unknown as NodeJS.EventEmitter;
  const [[{ code }]] = (await Promise.all([once(events, 'closing'), once(events, 'disconnect')])) as [
    [{ code: string }],
    unknown,
  ];
  return code;
}

t.test('what the platform takes back', async (t) => {
  const house = await openHouse(t);
  const { access } = await done<LoggedIn>(house, 'auth.logIn', ADMIN);
  const admin = await house.socket({ token: access });

  await t.test('a blocked account is out at once, on every session, and comes back when it is unblocked', async (t) => {
    const driver = await done<LoggedIn>(house, 'auth.signUp', { role: 'driver', ...DRIVER });
    const again = await done<LoggedIn>(house, 'auth.logIn', DRIVER);
    const sockets = await Promise.all([driver, again].map(({ access: token }) => house.socket({ token })));
    const ends = Promise.all(sockets.map(closed));
    t.equal(await ask(admin, 'auth.block', { name: 'Wang' }), null);
    t.same(await ends, ['session_ended', 'session_ended']);
    await t.rejects(house.socket({ token: driver.access }), { message: 'session_ended' });
    await t.rejects(done(house, 'auth.me', {}, again.access), { message: 'session_ended' });
    await t.rejects(done(house, 'auth.refresh', { refresh: driver.refresh }), { message: 'session_ended' });
    await t.rejects(done(house, 'auth.logIn', DRIVER), { message: 'account_blocked' });
    const wrong = { ...DRIVER, password: 'another password' };
    await t.rejects(done(house, 'auth.logIn', wrong), { message: 'wrong_password' }, 'others learn nothing of it');
    t.equal(await ask(admin, 'auth.block', { name: 'wang' }), null, 'twice is no error');

    await ask(admin, 'auth.unblock', { name: 'wang' });
    const { access: fresh } = await done<LoggedIn>(house, 'auth.logIn', DRIVER);
    t.ok((await house.socket({ token: fresh })).connected);
    await t.rejects(house.socket({ token: driver.access }), { message: 'session_ended' }, 'what ended stays so');
  });

  await t.test('nobody blocks himself, and nobody but the platform blocks', async (t) => {
    await t.rejects(ask(admin, 'auth.block', { name: ADMIN.name }), { message: 'not_allowed' });
    await t.rejects(ask(admin, 'auth.block', { name: 'nobody' }), { message: 'unknown_account' });
    const refused = await house.tell('account:wang', 'block', {}, 'driver:dr_1');
    t.match(refused, { ok: false, error: { code: 'not_allowed' } });
    t.ok(admin.connected);
  });

  await t.test('a device whose key is renewed is closed, and comes back with the new key alone', async (t) => {
    const made = await done<{ device: string; key: string }>(house, 'device.register', { name: 'Box' }, access);
    const box = await house.socket(made);
    const end = closed(box);
    const renewed = (await ask(admin, 'device.renewKey', { device: made.device })) as { device: string; key: string };
    t.equal(await end, 'not_logged_in');
    t.not(renewed.key, made.key);
    await t.rejects(house.socket(made), { message: 'not_logged_in' });
    t.match(await ask(await house.socket(renewed), 'device.home', { device: made.device }), { online: true });
  });

  await t.test('a retired device is closed, and does not come back', async (t) => {
    const made = await done<{ device: string; key: string }>(house, 'device.register', { name: 'Old' }, access);
    const box = await house.socket(made);
    const end = closed(box);
    await ask(admin, 'device.retire', { device: made.device });
    t.equal(await end, 'device_retired');
    await t.rejects(house.socket(made), { message: 'not_logged_in' });
    await t.rejects(ask(admin, 'device.renewKey', { device: made.device }), { message: 'device_retired' });
  });

  await t.test('what a node could not hear of is found when it asks again', async (t) => {
    const made = await done<{ device: string; key: string }>(house, 'device.register', { name: 'Far' }, access);
    const { keyHash } = (await house.engine
      .read(`device:${made.device}`, 'keyHash', {}, 'system:auth')
      .then((answer) => 'value' in answer && answer.value.outcome.ok && answer.value.outcome.value)) as {
      keyHash: string;
    };
    const said: unknown[] = [];
    const connections = new Connections({ maxSockets: 9, socketsPerAccount: 9, guestsPerAddress: 9 });
    const subject = `device:${made.device}`;
    for (const session of [keyHash, 'an older key']) {
      const caller = { role: 'device', subject, session, address: 'x' } as const;
      const close = (code: string) => said.push([session, code]);
      connections.add({ caller, close } as unknown as Parameters<Connections['add']>[0]);
    }
    await recheck(connections, new Sessions(house.engine, Date.now), house.engine);
    t.same(said, [['an older key', 'not_logged_in']]);
  });
});
