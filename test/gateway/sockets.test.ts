import { once } from 'node:events';

import type { Socket } from 'socket.io-client';
import t from 'tap';

import type { Requests } from '../../src/client/types.js';
import { ADMIN, ask, openHouse, type House } from '../support/house.js';
import { notHere } from '../support/transports.js';

type LoggedIn = Requests['auth.logIn']['output'];
interface Heard {
  readonly stream: string;
  readonly seq: number;
  readonly prev: number;
  readonly name: string;
  readonly data: Record<string, unknown>;
}

const emitter = (socket: Socket) => socket as unknown as NodeJS.EventEmitter;

async function person(house: House, name: string, role: 'driver' | 'passenger'): Promise<Socket> {
  const { ack } = await house.post(
    'auth.signUp',
    { role, name, password: 'password one' },
    { 'idempotency-key': name },
  );
  if (!ack.ok) throw new Error(ack.error.code);
  return house.socket({ token: (ack.value as LoggedIn).access });
}

async function admin(house: House): Promise<Socket> {
  const { ack } = await house.post('auth.logIn', ADMIN, { 'idempotency-key': 'admin' });
  if (!ack.ok) throw new Error(ack.error.code);
  return house.socket({ token: (ack.value as LoggedIn).access });
}

/** Collects pushes; `until` resolves when as many have come. */
function hear(socket: Socket, event = 'push') {
  const heard: Heard[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  socket.on(event, (push: Heard) => {
    heard.push(push);
    for (const one of waiting) if (heard.length >= one.count) one.resolve();
  });
  const until = (count: number) =>
    heard.length >= count ? Promise.resolve() : new Promise<void>((resolve) => waiting.push({ count, resolve }));
  return { heard, until };
}

for (const transport of ['uws', 'node'] as const) {
  t.test(transport, { skip: notHere(transport) }, async (t) => {
    const house = await openHouse(t, { settings: { transport, headEveryMs: 100 } });
    t.equal(house.gateway.transport, transport);
    const platform = await admin(house);
    const { device, key } = (await ask(platform, 'device.register', { name: 'Box' })) as {
      device: string;
      key: string;
    };
    await t.test('a log-out is answered, and then the socket is closed', async (t) => {
      const leaving = await person(house, 'leaving', 'passenger');
      const closed = once(emitter(leaving), 'disconnect');
      t.equal(await ask(leaving, 'auth.logOut', {}), null);
      await closed;
    });

    const wang = await person(house, 'wang', 'driver');
    const li = await person(house, 'li', 'driver');
    const rider = await person(house, 'rider', 'passenger');
    const box = await house.socket({ device, key });
    const stream = `device:${device}/owner`;
    const claim = async (driver: Socket) => {
      const { code } = (await ask(box, 'device.showCode', {})) as { code: string };
      await ask(driver, 'device.claim', { device, code });
    };
    await claim(wang);
    let faults = 0;
    const push = () => ask(box, 'device.reportFault', { fault: `f${++faults}` });

    await t.test('what is no request is refused, and the socket goes on', async (t) => {
      const refused = async (...packet: readonly unknown[]) => {
        const ack = (await rider.emitWithAck(...(packet as [string]))) as { error: { code: string } };
        return ack.error.code;
      };
      t.equal(await refused('device.page'), 'bad_input', 'no object');
      t.equal(await refused('device.page', 5), 'bad_input');
      t.equal(await refused('device.page', {}), 'bad_input', 'no input');
      t.equal(await refused('constructor', {}), 'unknown_command');
      t.equal(await refused('__proto__', {}), 'unknown_command');
      t.equal(await refused('sale.place', { input: { device, lines: [{ slot: 1, units: 1 }] } }), 'bad_input', 'no id');
      rider.emit('device.page', { input: { device } });
      rider.emit('nonsense');
      t.match(await ask(rider, 'device.page', { device }), { name: 'Box' });
    });

    await t.test('a role does what it may, and an owner what is his', async (t) => {
      await t.rejects(ask(rider, 'device.register', { name: 'mine' }), { message: 'not_allowed' });
      await t.rejects(ask(li, 'device.home', { device }), { message: 'not_yours' });
      await t.rejects(ask(await house.socket(), 'device.home', { device }), { message: 'not_logged_in' });
    });

    await t.test('a stream is followed by those who may, and by nobody else', async (t) => {
      for (const stranger of [li, rider, box]) {
        await t.rejects(ask(stranger, 'stream.follow', { stream }), { message: 'not_allowed' });
      }
      await t.rejects(ask(wang, 'stream.follow', { stream: `device:${device}/nothing` }), {
        message: 'unknown_stream',
      });
      await t.rejects(ask(wang, 'stream.follow', { stream: 'account:li/sessions' }), { message: 'unknown_stream' });
      await t.rejects(ask(wang, 'stream.follow', { stream: `device:${device}/passenger.p_1` }), {
        message: 'not_allowed',
      });
      await t.rejects(ask(wang, 'stream.follow', { stream, after: -1 }), { message: 'bad_input' });
      t.match(await ask(wang, 'stream.follow', { stream }), { lagged: false, missed: [] });
    });

    await t.test('a push reaches every follower once, with its seq and the seq of the one before', async (t) => {
      const [one, two] = [hear(wang), hear(platform)];
      await ask(platform, 'stream.follow', { stream });
      await push();
      await push();
      await Promise.all([one.until(2), two.until(2)]);
      t.same(one.heard, two.heard);
      t.match(one.heard, [
        { stream, name: 'device.fault' },
        { stream, name: 'device.fault' },
      ]);
      t.equal(one.heard[1]?.prev, one.heard[0]?.seq);
      wang.off('push');
      platform.off('push');
    });

    await t.test('what was missed and what is live meet without a gap and without a double', async (t) => {
      const first = (await ask(wang, 'stream.follow', { stream })) as { head: number };
      const { heard, until } = hear(wang);
      // Pushes before, while and after the stream is followed anew; what stands in the answer came first.
      const before = await Promise.all([push(), push()]);
      const during = push();
      const following: Promise<unknown> = ask(wang, 'stream.follow', { stream, after: first.head });
      const after = [push(), push()];
      const { missed } = (await following) as { missed: Heard[] };
      await Promise.all([during, ...after]);
      t.equal(before.length, 2);
      await push();
      while (![...missed, ...heard].some(({ data }) => data['fault'] === `f${faults}`)) await until(heard.length + 1);
      const told = [...missed, ...heard.filter(({ seq }) => seq > (missed.at(-1)?.seq ?? 0))];
      t.equal(new Set(told.map(({ seq }) => seq)).size, told.length, 'no double');
      told.reduce((last, { prev, seq }) => {
        t.equal(prev, last, 'no gap');
        return seq;
      }, first.head);
      t.equal(told.length, 6);
      wang.off('push');
    });

    await t.test('the head is told after pushes, so that a lost last one is noticed', async (t) => {
      const heads = hear(wang, 'head');
      const pushes = hear(wang);
      await push();
      await pushes.until(1);
      // One of an earlier push may come first, and this one's may be here already.
      const last = () => pushes.heard.at(-1)?.seq;
      while (heads.heard.at(-1)?.seq !== last()) await heads.until(heads.heard.length + 1);
      t.same(heads.heard.at(-1), { stream, seq: last() });
      wang.off('head');
      wang.off('push');
    });

    await t.test('a stream that was left is heard no more', async (t) => {
      await ask(wang, 'stream.leave', { stream });
      const { heard } = hear(wang);
      const other = hear(platform);
      await push();
      await other.until(1);
      await ask(wang, 'device.home', { device });
      t.same(heard, []);
      wang.off('push');
      platform.off('push');
    });

    await t.test('who does not own the device any more hears of it no more', async (t) => {
      await ask(wang, 'stream.follow', { stream });
      const ended = once(emitter(wang), 'ended');
      const last = hear(wang);
      await claim(li);
      t.match(await ended, [{ stream, reason: 'owner.changed' }]);
      t.match(last.heard.at(-1), { name: 'owner.changed' });
      const count = last.heard.length;
      await push();
      await ask(wang, 'device.page', { device });
      t.equal(last.heard.length, count);
      await t.rejects(ask(wang, 'stream.follow', { stream }), { message: 'not_allowed' });
      t.match(await ask(li, 'stream.follow', { stream }), { lagged: false });
    });

    await t.test('pushes that come at once to a screen are put together, without a gap', async (t) => {
      const screen = await house.socket({ screen: null });
      const census = 'fleet:platform/census';
      const { head } = (await ask(screen, 'stream.follow', { stream: census })) as { head: number };
      const { heard, until } = hear(screen);
      await Promise.all(Array.from({ length: 12 }, (_, i) => ask(platform, 'device.register', { name: `Box ${i}` })));
      const total = async () =>
        ((await ask(screen, 'fleet.snapshot', { period: 'day' })) as { census: { total: number } }).census.total;
      while ((await total()) < 13) await new Promise(setImmediate);
      while (heard.at(-1)?.data['total'] !== 13) await until(heard.length + 1);
      t.ok(heard.length < 12, `${heard.length} pushes for 12 entries`);
      heard.reduce((last, { prev, seq }) => {
        t.ok(prev <= last && seq > last, 'no gap');
        return seq;
      }, head);
    });

    await t.test('cars are told to screens as they move, and to nobody else', async (t) => {
      const screen = await house.socket({ screen: null });
      const cars = hear(screen, 'volatile');
      const others = hear(rider, 'volatile');
      await ask(li, 'position.ping', { lon: 121.5, lat: 31.2 });
      await cars.until(1);
      t.match(cars.heard, [{ name: 'cars', data: { cars: [{ lon: 121.5, lat: 31.2, online: true }] } }]);
      await t.rejects(ask(li, 'position.ping', { lon: 122.5, lat: 31.2 }), { message: /position_jump|bad_input/ });
      t.same(others.heard, []);
    });

    await t.test('closing tells every socket, takes nothing more, and answers what was asked', async (t) => {
      const closing = Promise.all([wang, box, rider].map((socket) => once(emitter(socket), 'closing')));
      const gone = Promise.all([wang, box, rider].map((socket) => once(emitter(socket), 'disconnect')));
      await house.gateway.close();
      for (const [why] of await closing) t.match(why, { code: 'stopping' });
      await gone;
      await t.rejects(house.socket());
    });
  });
}
