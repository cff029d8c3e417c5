import { EventEmitter, once } from 'node:events';

import type { Socket } from 'socket.io-client';
import t from 'tap';

import { Connections } from '../../src/gateway/connections.js';
import { Connection } from '../../src/gateway/connection.js';
import { Admission } from '../../src/gateway/limits/admission.js';
import { Bucket } from '../../src/gateway/limits/bucket.js';
import { Buckets } from '../../src/gateway/limits/buckets.js';
import { connectionsThatFit } from '../../src/gateway/limits/descriptors.js';
import { Turnstile } from '../../src/gateway/limits/turnstile.js';
import { openSockets } from '../../src/gateway/sockets.js';
import { watchSlowReaders } from '../../src/gateway/slow-readers.js';
import { ask, openHouse } from '../support/house.js';
import { until } from '../support/until.js';
import { VirtualClock } from '../support/virtual-clock.js';

const PAGE = ['device.page', { device: 'd_none' }] as const;
const emitter = (socket: Socket) => socket as unknown as NodeJS.EventEmitter;

t.test('a bucket lets a burst through, then so many a second', async (t) => {
  const bucket = new Bucket({ perSecond: 10, burst: 3 }, 0);
  t.same([bucket.take(0), bucket.take(0), bucket.take(0)], [0, 0, 0]);
  t.equal(bucket.take(0), 100, 'the fourth waits until there is one');
  t.equal(bucket.take(99), 1);
  t.equal(bucket.take(100), 0);
  t.equal(bucket.take(100), 100);
  t.same(
    [bucket.take(100_000), bucket.take(100_000), bucket.take(100_000)],
    [0, 0, 0],
    'idle, it fills to the burst and no further',
  );
  t.ok(bucket.take(100_000) > 0);
  t.ok(bucket.take(0) > 0, 'a clock that is set back gives nothing');
  t.equal(bucket.take(100), 0, 'and takes nothing: from there on it fills as before');
});

t.test('connections leave room for the files of the store', async (t) => {
  t.equal(connectionsThatFit(1_064), 700);
  t.equal(connectionsThatFit(Infinity), Infinity);
  t.equal(connectionsThatFit(10), 1, 'where next to nothing may be opened, one can still look');
  t.ok(connectionsThatFit() > 0, 'of this process');
});

t.test('buckets by name are apart, and bounded', async (t) => {
  const buckets = new Buckets({ perSecond: 1, burst: 1 }, () => 0, 2);
  t.equal(buckets.take('a'), 0);
  t.ok(buckets.take('a') > 0);
  t.equal(buckets.take('b'), 0);
  t.ok(buckets.wait('a') > 0, 'asking takes nothing');
  buckets.take('c');
  t.equal(buckets.take('b') > 0, true, 'the one that was idle longest went, not this one');
  buckets.forget('b');
  t.equal(buckets.take('b'), 0);
});

t.test('a turnstile runs so many at once, keeps so many waiting, and turns the rest away', async (t) => {
  const turnstile = new Turnstile(2, 3);
  let running = 0;
  let most = 0;
  const ends: (() => void)[] = [];
  const work = async () => {
    most = Math.max(most, ++running);
    await new Promise<void>((resolve) => ends.push(resolve));
    running -= 1;
    return true;
  };
  const all = Array.from({ length: 6 }, () => turnstile.pass(work));
  t.ok(turnstile.full);
  t.equal(await all[5], undefined);
  let done = 0;
  for (const one of all.slice(0, 5)) void one.then(() => (done += 1));
  while (done < 5) {
    ends.shift()?.();
    await new Promise(setImmediate);
  }
  t.equal(most, 2);
  await t.rejects(
    turnstile.pass(() => Promise.reject(new Error('it failed'))),
    { message: 'it failed' },
  );
  t.notOk(turnstile.full, 'work that failed makes room');
});

t.test('those who connect come in a few at a time, and addresses take turns', async (t) => {
  const admission = new Admission(2, 5);
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const come = (address: string, name: string): boolean =>
    admission.enter(address, () => {
      begun.push(name);
      return new Promise((resolve) => ends.push(resolve));
    });
  const crowd = ['a1', 'a2', 'a3', 'a4', 'a5'].map((name) => come('a', name));
  t.same(crowd, [true, true, true, true, true]);
  t.same(begun, ['a1', 'a2'], 'two at a time');
  t.ok(come('b', 'b1'));
  t.ok(come('b', 'b2'));
  t.notOk(come('c', 'c1'), 'five wait, whoever comes now is turned away');
  while (begun.length < 7) {
    ends.shift()?.();
    await new Promise(setImmediate);
  }
  t.same(
    begun,
    ['a1', 'a2', 'a3', 'b1', 'a4', 'b2', 'a5'],
    'a crowd from one address makes nobody else wait for all of it',
  );
  for (const end of ends) end();
  await new Promise(setImmediate);
  t.ok(come('c', 'c1'), 'whoever is done makes room');
  t.equal(begun.at(-1), 'c1');
});

t.test('whoever goes while he comes in leaves his place to the next', async (t) => {
  const asked: (() => void)[] = [];
  const { come, began } = doorOf(new Admission(1, 9), () => new Promise<void>((resolve) => asked.push(resolve)));
  const first = come();
  const [second, third, last] = [come(), come(), come()];
  t.equal(began(), 1, 'one at a time');
  first.close();
  asked[0]?.();
  await until('the next is asked for', () => began() === 2);
  asked[1]?.();
  await until('he is let in', () => second.passed());
  t.equal(began(), 2, 'he is not inside yet');
  second.close();
  third.close();
  await until('the one behind the one who gave up is asked for', () => began() === 3);
  asked[2]?.();
  await until('he is let in', () => last.passed());
});

/** A door without a transport; who comes is a guest, once `identified` has resolved. */
function doorOf(admission: Admission, identified: () => Promise<void>) {
  let began = 0;
  let use: (socket: unknown, next: () => void) => void = () => undefined;
  const io = { use: (ask: typeof use) => (use = ask), on: () => io };
  const caller = { role: 'guest', subject: 'guest:x', address: 'x' } as const;
  openSockets({
    ...{ transport: { io }, admission, addressOf: () => 'x' },
    connections: new Connections({ maxSockets: 9, socketsPerAccount: 9, guestsPerAddress: 9 }),
    identify: async () => {
      began += 1;
      await identified();
      return caller;
    },
  } as unknown as Parameters<typeof openSockets>[0]);
  const come = () => {
    const conn = Object.assign(new EventEmitter(), { readyState: 'open' });
    let passed = false;
    use({ conn, handshake: { auth: {} } }, () => (passed = true));
    const close = () => {
      conn.readyState = 'closed';
      conn.emit('close');
    };
    return { close, passed: () => passed };
  };
  return { come, began: () => began };
}

t.test('limits of sockets', async (t) => {
  const house = await openHouse(t, {
    settings: {
      ...{ socketRate: 1, socketBurst: 6, addressRate: 1, addressBurst: 1_000, inFlight: 1_024, maxSockets: 6 },
      ...{ guestsPerAddress: 3, streamsPerSocket: 2 },
    },
  });

  await t.test('a socket that asks too often is told when to try again, and another is not disturbed', async (t) => {
    const [busy, calm] = [await house.socket(), await house.socket()];
    const codes: string[] = [];
    for (let i = 0; i < 9; i++)
      await ask(busy, ...PAGE).catch((error: unknown) => codes.push((error as Error).message));
    t.same(codes, [...Array<string>(6).fill('unknown_device'), ...Array<string>(3).fill('too_many_requests')]);
    t.match(await busy.emitWithAck('device.page', {}), { error: { retryAfterMs: Number } });
    await t.rejects(ask(calm, ...PAGE), { message: 'unknown_device' });
    busy.disconnect();
    calm.disconnect();
  });

  await t.test('a socket that goes on asking although it is told to wait is closed', async (t) => {
    const deaf = await house.socket();
    const closing = once(emitter(deaf), 'closing');
    const gone = once(emitter(deaf), 'disconnect');
    for (let i = 0; i < 20; i++) deaf.emit('device.page', { input: { device: 'd_none' } });
    t.match(await closing, [{ code: 'too_many_requests' }]);
    await gone;
  });

  await t.test('an address holds only so many guests, and the node only so many sockets', async (t) => {
    const guests = [await house.socket(), await house.socket(), await house.socket()];
    await t.rejects(house.socket(), { message: 'too_many_sockets' });
    const screens = [
      await house.socket({ screen: null }),
      await house.socket({ screen: null }),
      await house.socket({ screen: null }),
    ];
    await t.rejects(house.socket({ screen: null }), { message: 'too_many_sockets' });
    guests[0]?.disconnect();
    screens[0]?.disconnect();
    for (;;) {
      const again = await house.socket().catch(() => undefined);
      if (again) break;
    }
    for (const socket of [...guests, ...screens]) socket.disconnect();
  });

  await t.test('a socket follows only so many streams', async (t) => {
    let screen: Socket | undefined;
    while (!screen) screen = await house.socket({ screen: null }).catch(() => undefined);
    await ask(screen, 'stream.follow', { stream: 'fleet:platform/census' });
    await ask(screen, 'stream.follow', { stream: 'ranking:day.2026-11-21.CNY/fleet' });
    await t.rejects(ask(screen, 'stream.follow', { stream: 'ranking:all.all.CNY/fleet' }), {
      message: 'too_many_streams',
    });
    await t.resolves(ask(screen, 'stream.follow', { stream: 'fleet:platform/census', after: 0 }), 'it asks again');
    await ask(screen, 'stream.leave', { stream: 'fleet:platform/census' });
    await ask(screen, 'stream.follow', { stream: 'ranking:all.all.CNY/fleet' });
  });
});

t.test('a socket has only so many requests that wait', async (t) => {
  const house = await openHouse(t, { settings: { inFlight: 4 } });
  const socket = await house.socket();
  const input = { name: 'nobody', password: 'not a password' };
  const acks = await Promise.all(
    Array.from(
      { length: 8 },
      (_, i) => socket.emitWithAck('auth.logIn', { id: `i${i}`, input }) as Promise<{ error: { code: string } }>,
    ),
  );
  t.same(acks.map(({ error }) => error.code).sort(), [
    ...Array<string>(4).fill('too_many_requests'),
    ...Array<string>(4).fill('wrong_password'),
  ]);
});

t.test('a guest that does not log in is closed', async (t) => {
  const house = await openHouse(t, { settings: { guestMs: 1_000 } });
  const guest = await house.socket();
  const closing = once(emitter(guest), 'closing');
  const gone = once(emitter(guest), 'disconnect');
  t.match(await closing, [{ code: 'not_logged_in' }]);
  await gone;
});

t.test('sign-ups of one address are limited', async (t) => {
  const house = await openHouse(t, { settings: { signUpsPerMinute: 2 } });
  const codes: string[] = [];
  for (let i = 0; i < 6; i++) {
    const input = { role: 'passenger', name: `p${i}`, password: 'password one' };
    const { ack } = await house.post('auth.signUp', input, { 'idempotency-key': `s${i}` });
    codes.push(ack.ok ? 'ok' : ack.error.code);
  }
  t.same(codes, ['ok', 'ok', 'ok', 'ok', 'too_many_requests', 'too_many_requests']);
});

t.test('HTTP requests of one address are limited, and say when to try again', async (t) => {
  const house = await openHouse(t, { settings: { addressRate: 1, addressBurst: 2 } });
  await house.post(...PAGE);
  await house.post(...PAGE);
  const third = await house.post(...PAGE);
  t.equal(third.status, 429);
  t.equal(third.headers.get('retry-after'), '1');
});

t.test('a socket for which too much waits is told and closed', async (t) => {
  const clock = new VirtualClock();
  const said: unknown[] = [];
  const fake = (bytes: number) => {
    const socket = { bytes, emit: (...what: unknown[]) => said.push(what), disconnect: () => said.push('closed') };
    const caller = { role: 'screen', subject: 'screen:x', address: 'x' } as const;
    const bucket = new Bucket({ perSecond: 1, burst: 1 }, 0);
    return new Connection(socket as unknown as Connection['socket'], caller, bucket, bucket);
  };
  const connections = new Connections({ maxSockets: 9, socketsPerAccount: 9, guestsPerAddress: 9 });
  connections.add(fake(1_000));
  connections.add(fake(1_001));
  const bufferedBytes = (socket: object) => (socket as { bytes: number }).bytes;
  const stop = watchSlowReaders(connections, { bufferedBytes }, 1_000, clock);
  await clock.advance(600);
  t.match(said, [['closing', { code: 'too_slow' }], 'closed']);
  t.equal(said.length, 2);
  stop();
  await clock.advance(5_000);
  t.equal(said.length, 2, 'after the stop nobody looks');
});

t.test('an account holds only so many sockets', async (t) => {
  const connections = new Connections({ maxSockets: 100, socketsPerAccount: 2, guestsPerAddress: 1 });
  const driver = { role: 'driver', subject: 'driver:dr_1', address: 'x' } as const;
  const bucket = new Bucket({ perSecond: 1, burst: 1 }, 0);
  const held = [1, 2].map(() => new Connection({} as unknown as Connection['socket'], driver, bucket, bucket));
  for (const one of held) {
    t.equal(connections.full(driver), undefined);
    connections.add(one);
  }
  t.match(connections.full(driver), /account holds as many sockets/);
  t.equal(connections.full({ ...driver, subject: 'driver:dr_2' }), undefined, 'another account does not mind');
  connections.remove(held[0]!);
  t.equal(connections.full(driver), undefined);
  t.equal(connections.size, 1);
});
