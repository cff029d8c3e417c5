import { EventEmitter } from 'node:events';

import type { Socket } from 'socket.io-client';
import t from 'tap';

import { connect, NoAnswer, RequestRefused, type Client, type Pushed } from '../../src/client/index.js';
import { Following, type FollowOptions } from '../../src/client/following.js';
import { OpenRequests } from '../../src/client/requests.js';
import type { Requests } from '../../src/client/types.js';
import { ADMIN, openHouse } from '../support/house.js';

/** A socket in the test's hand: keeps what was sent, with its acknowledgement. */
class FakeSocket extends EventEmitter {
  connected = true;
  readonly sent: {
    name: string;
    request: { id?: string; input: Record<string, unknown> };
    ack: (ack: unknown) => void;
  }[] = [];

  override emit(name: string, ...args: unknown[]): boolean {
    const [request, ack] = args as [FakeSocket['sent'][number]['request'], (ack: unknown) => void];
    this.sent.push({ name, request, ack });
    return true;
  }

  comeBack(): void {
    this.connected = true;
    super.emit('connect');
  }
}

function follow(more: Partial<FollowOptions> = {}) {
  const socket = new FakeSocket();
  const heard: number[] = [];
  const events: string[] = [];
  const following = new Following(
    socket as unknown as Socket,
    'x:y/z',
    {
      onPush: ({ seq }) => heard.push(seq),
      onLagged: (head) => events.push(`lagged ${head}`),
      onLive: (head) => events.push(`live ${head}`),
      onEnd: ({ code }) => events.push(`end ${code}`),
      ...more,
    },
    () => events.push('stopped'),
  );
  const answer = (value: object) => socket.sent.at(-1)?.ack({ ok: true, value });
  return { socket, heard, events, following, answer };
}

const push = (seq: number, prev: number): Pushed => ({ stream: 'x:y/z', seq, prev, name: 'n', data: null });

t.test('following', async (t) => {
  await t.test('asks for what came after the last push, and delivers missed and live once, in order', async (t) => {
    const { socket, heard, following, answer } = follow({ after: 3 });
    t.match(socket.sent[0], { name: 'stream.follow', request: { input: { stream: 'x:y/z', after: 3 } } });
    answer({ head: 7, missed: [push(5, 3), push(7, 5)], lagged: false });
    following.onPush(push(7, 5));
    following.onPush(push(9, 7));
    following.onPush(push(9, 7));
    t.same(heard, [5, 7, 9]);
    t.equal(following.seq, 9);
  });

  await t.test('a gap is asked for, and what is live meanwhile comes with the answer', async (t) => {
    const { socket, heard, following, answer } = follow({ after: 0 });
    answer({ head: 1, missed: [push(1, 0)], lagged: false });
    following.onPush(push(4, 3));
    t.same(heard, [1], 'nothing is delivered over a gap');
    t.match(socket.sent.at(-1)?.request, { input: { after: 1 } });
    following.onPush(push(5, 4));
    answer({ head: 5, missed: [push(3, 1), push(4, 3), push(5, 4)], lagged: false });
    t.same(heard, [1, 3, 4, 5]);
  });

  await t.test('a push that was put together over the last one is no gap', async (t) => {
    const { heard, following, answer } = follow({ after: 4 });
    answer({ head: 4, missed: [], lagged: false });
    following.onPush(push(9, 2));
    t.same(heard, [9]);
  });

  await t.test('a head beyond the last push tells of a lost one', async (t) => {
    const { socket, following, answer } = follow({ after: 4 });
    answer({ head: 4, missed: [], lagged: false });
    following.onHead(4);
    t.equal(socket.sent.length, 1);
    following.onHead(6);
    t.match(socket.sent.at(-1)?.request, { input: { after: 4 } });
  });

  await t.test('who lagged too far is told, and goes on behind the head', async (t) => {
    const { heard, events, following, answer } = follow({ after: 1 });
    answer({ head: 5_000, missed: [], lagged: true });
    following.onPush(push(5_001, 5_000));
    t.same(events, ['lagged 5000', 'live 5000']);
    t.same(heard, [5_001]);
  });

  await t.test('whoever comes back to a store that was restored is told, and goes on from its head', async (t) => {
    const { socket, heard, events, following, answer } = follow({ after: 7, store: 'first' });
    t.match(socket.sent[0]?.request, { input: { after: 7, store: 'first' } });
    answer({ store: 'first', head: 9, missed: [push(9, 7)], lagged: false });
    following.catchUp();
    t.match(socket.sent.at(-1)?.request, { input: { after: 9, store: 'first' } });
    answer({ store: 'second', head: 3, missed: [], lagged: true });
    t.equal(following.store, 'second');
    following.onPush(push(4, 3));
    t.same(heard, [9, 4], 'a seq that the first store had given away before is news of the second');
    t.same(events, ['live 9', 'lagged 3', 'live 3']);
  });

  await t.test('an answer of an earlier connection is passed over', async (t) => {
    const { socket, heard, following } = follow({ after: 0 });
    const old = socket.sent[0];
    following.catchUp();
    old?.ack({ ok: true, value: { head: 1, missed: [push(1, 0)], lagged: false } });
    t.same(heard, []);
  });

  await t.test('a refusal ends it, once; so does stopping', async (t) => {
    const refused = follow();
    refused.socket.sent[0]?.ack({ ok: false, error: { code: 'not_allowed', message: '' } });
    refused.following.stop();
    t.same(refused.events, ['stopped', 'end not_allowed']);
    const stopped = follow();
    stopped.following.stop();
    stopped.following.onPush(push(1, 0));
    t.same(stopped.events, ['stopped']);
    t.same(stopped.heard, []);
    t.equal(stopped.socket.sent.at(-1)?.name, 'stream.leave');
  });

  await t.test('a server without time is asked again', async (t) => {
    const { socket, following } = follow();
    socket.sent[0]?.ack({ ok: false, error: { code: 'overloaded', message: '', retryAfterMs: 1 } });
    while (socket.sent.length < 2) await new Promise(setImmediate);
    t.equal(socket.sent[1]?.name, 'stream.follow');
    following.stop();
  });
});

t.test('a request is sent again with its id when the line has come back, and answered once', async (t) => {
  const socket = new FakeSocket();
  const requests = new OpenRequests(socket as unknown as Socket);
  const answer = requests.ask('sale.place', {}, 'one', 60_000);
  socket.connected = false;
  const later = requests.ask('sale.pay', {}, 'two', 60_000);
  t.equal(socket.sent.length, 1, 'what is asked while the line is away waits');
  socket.comeBack();
  t.same(
    socket.sent.map(({ name, request }) => [name, request.id]),
    [
      ['sale.place', 'one'],
      ['sale.place', 'one'],
      ['sale.pay', 'two'],
    ],
  );
  socket.sent[1]?.ack({ ok: true, value: 'first' });
  socket.sent[0]?.ack({ ok: true, value: 'second' });
  t.equal(await answer, 'first');
  socket.sent[2]?.ack({ ok: false, error: { code: 'sold_out', message: 'slot 3', details: { slot: 3 } } });
  await t.rejects(later, { name: 'RequestRefused', code: 'sold_out', details: { slot: 3 } });
  await t.rejects(requests.ask('sale.get', {}, 'three', 1), { name: 'NoAnswer', id: 'three' });
  const open = requests.ask('sale.get', {}, 'four', 60_000);
  requests.close();
  await t.rejects(open, { name: 'NoAnswer', id: 'four' });
});

t.test('the client and a server', async (t) => {
  const house = await openHouse(t);
  const { ack } = await house.post('auth.logIn', ADMIN, { 'idempotency-key': 'a' });
  const token = ack.ok ? (ack.value as Requests['auth.logIn']['output']).access : '';
  const clients: Client[] = [];
  t.teardown(() => {
    for (const client of clients) client.close();
  });
  const open = (...args: Parameters<typeof connect>) => {
    const client = connect(...args);
    clients.push(client);
    return client;
  };
  const quick = { reconnectionDelay: 10, reconnectionDelayMax: 20 };
  const admin = open(house.url, { auth: () => Promise.resolve({ token }), socket: quick });

  await t.test('asks, with types from the declarations', async (t) => {
    const made = await admin.ask('device.register', { name: 'Box' });
    // The output's type is known: a string, and no number.
    const device: string = made.device;
    // @ts-expect-error the key is no number
    const key: number = made.key;
    t.match(device, /^d_/);
    t.type(key, 'string');
    const page = await admin.ask('device.page', { device });
    t.same(
      page.slots.map(({ price }) => price),
      [],
    );
    // @ts-expect-error a name must be given
    await t.rejects(admin.ask('device.register', {}), RequestRefused);
    // @ts-expect-error there is no such request
    await t.rejects(admin.ask('device.explode', {}), { code: 'unknown_command' });
  });

  await t.test('the same id twice has one effect', async (t) => {
    const [one, two] = [
      await admin.ask('device.register', { name: 'Once' }, { id: 'once' }),
      await admin.ask('device.register', { name: 'Once' }, { id: 'once' }),
    ];
    t.same(one, two);
  });

  await t.test('follows over a broken line without losing or doubling a push', async (t) => {
    const { device, key } = await admin.ask('device.register', { name: 'Followed' });
    const box = open(house.url, { auth: { device, key } });
    const heard: Pushed[] = [];
    const stream = `device:${device}/owner`;
    let live = 0;
    admin.follow(stream, { onPush: (push) => heard.push(push), onLive: () => (live += 1) });
    while (live === 0) await new Promise(setImmediate);
    const faults = 30;
    for (let i = 0; i < faults; i++) {
      await box.ask('device.reportFault', { fault: `f${i}` });
      if (i % 10 === 5) admin.socket.io.engine.close();
    }
    while (heard.filter(({ name }) => name === 'device.fault').length < faults) await new Promise(setImmediate);
    t.ok(live > 1, 'the line was broken and came back');
    t.equal(new Set(heard.map(({ seq }) => seq)).size, heard.length);
    t.same(
      heard.filter(({ name }) => name === 'device.fault').map(({ data }) => (data as { fault: string }).fault),
      Array.from({ length: faults }, (_, i) => `f${i}`),
    );
    t.throws(() => admin.follow(stream, { onPush: () => undefined }), /followed already/);
    box.close();
  });

  await t.test('says how the line stands, and why it was refused', async (t) => {
    const states: string[] = [];
    const nobody = open(house.url, { auth: { token: 'nonsense' } });
    const refused = new Promise<void>((resolve) => {
      nobody.onLine((line) => {
        states.push(line.state === 'refused' ? `refused ${line.why?.code ?? ''}` : line.state);
        resolve();
      });
    });
    await refused;
    t.same(states, ['refused not_logged_in']);
    nobody.close();
    t.equal(nobody.line.state, 'closed');
    await t.rejects(nobody.ask('auth.me', {}, { withinMs: 1 }), NoAnswer);
  });

  await t.test('a device that is connected elsewhere stays away', async (t) => {
    const auth = await admin.ask('device.register', { name: 'Twice' });
    const older = open(house.url, { auth });
    await older.ask('device.home', { device: auth.device });
    const closed = new Promise<unknown>((resolve) => {
      older.onLine((line) => {
        if (line.state === 'closed') resolve(line);
      });
    });
    const newer = open(house.url, { auth });
    t.match(await closed, { state: 'closed', why: { code: 'connected_elsewhere' } });
    t.match(await newer.ask('device.home', { device: auth.device }), { online: true });
  });
});
