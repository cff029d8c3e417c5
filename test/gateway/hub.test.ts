import { once } from 'node:events';

import fastify from 'fastify';
import { io as client } from 'socket.io-client';
import t from 'tap';

import { derive, readCommitted, type Committed } from '../../src/actors/runtime/committed.js';
import type { Missed, Push } from '../../src/actors/runtime/engine.js';
import { Connection } from '../../src/gateway/connection.js';
import { streamTable } from '../../src/gateway/contract/streams/declare.js';
import { streams } from '../../src/gateway/contract/streams/index.js';
import { Bucket } from '../../src/gateway/limits/bucket.js';
import { createLog } from '../../src/gateway/log.js';
import { Hub, type Followed, type Stand } from '../../src/gateway/push/hub.js';
import { listen } from '../../src/gateway/transport/index.js';
import type { GatewaySocket } from '../../src/gateway/transport/port.js';
import type { Journal } from '../../src/store/ports.js';
import { VirtualClock } from '../support/virtual-clock.js';

const BOX = 'device:d_1/box';
const CENSUS = 'fleet:platform/census';

/** A hub over a real socket, with an engine in the test's hand. */
async function stage(t: { teardown(run: () => unknown): void }) {
  const clock = new VirtualClock();
  const { host, port } = { host: '127.0.0.1', port: 0 };
  const transport = await listen('node', {
    ...{
      host,
      port,
      http: fastify(),
      log: createLog('silent'),
      maxConnections: Infinity,
      maxBufferedBytes: 1_000_000,
      admits: () => true,
    },
    ...{ pingIntervalMs: 20_000, pingTimeoutMs: 20_000 },
  });
  const seed = await readCommitted({ read: () => Promise.resolve([]) } as unknown as Journal, 'a:b', 0, 1);
  const committed = <T>(value: T): Committed<T> => derive(seed, () => value);
  let tell: (push: Committed<Push>) => void = () => undefined;
  const asked: { after: number; answer: (missed: Missed) => void }[] = [];
  const hub = new Hub({
    engine: {
      onPush: (listener) => {
        tell = listener;
        return () => undefined;
      },
      missed: (_stream, after) =>
        new Promise((resolve) => {
          asked.push({
            after,
            answer: (missed) => {
              resolve(committed(missed));
            },
          });
        }),
    },
    ...{ store: 'this', io: transport.io, streams: streamTable(streams), clock, headEveryMs: 1_000 },
  });
  const bucket = new Bucket({ perSecond: 1, burst: 1 }, 0);
  const sockets: { disconnect(): unknown }[] = [];
  /** One more client, with what it hears. */
  async function join() {
    const letIn = once(transport.io as unknown as NodeJS.EventEmitter, 'connection') as Promise<[GatewaySocket]>;
    const socket = client(`http://127.0.0.1:${transport.address.port}`, { transports: ['websocket'], forceNew: true });
    sockets.push(socket);
    const [served] = await letIn;
    const connection = new Connection(served, { role: 'screen', subject: 'screen:x', address: 'x' }, bucket, bucket);
    const heard: Push[] = [];
    socket.on('push', (push: Push) => heard.push(push));
    return {
      connection,
      heard,
      /** Follows; the promise of what the follower heard first. */
      follow: (stream = BOX, stand: Stand = {}) =>
        new Promise<Followed>((resolve, reject) => {
          hub
            .follow(connection, stream, stand, (followed) => {
              if ('code' in followed) reject(new Error(followed.code));
              else resolve(followed.value);
            })
            .catch(reject);
        }),
      /** All that was sent so far has been heard. */
      settled: async () => {
        served.emit('settled');
        await once(socket as unknown as NodeJS.EventEmitter, 'settled');
      },
    };
  }
  t.teardown(async () => {
    for (const socket of sockets) socket.disconnect();
    hub.close();
    await transport.close();
  });
  const push = (seq: number, prev: number, stream = BOX, data: Push['data'] = null) => {
    tell(committed({ stream, seq, prev, name: stream === CENSUS ? 'census' : 'dispense', data }));
  };
  return { ...(await join()), clock, hub, asked, push, join };
}

t.test('what comes while a follower catches up stands in its answer, and is not told beside it', async (t) => {
  const s = await stage(t);
  const first = s.follow();
  s.asked[0]?.answer({ pushes: [], head: 1, lagged: false });
  t.same(await first, { store: 'this', head: 1, missed: [], lagged: false });
  s.push(2, 1);
  const again = s.follow(BOX, { after: 1 });
  s.push(3, 2);
  s.asked[1]?.answer({
    pushes: [{ stream: BOX, seq: 2, prev: 1, name: 'dispense', data: null }],
    head: 2,
    lagged: false,
  });
  const followed = await again;
  t.same(
    followed.missed.map(({ seq }) => seq),
    [2, 3],
  );
  t.equal(followed.head, 3);
  s.push(4, 3);
  await s.settled();
  t.same(
    s.heard.map(({ seq }) => seq),
    [2, 4],
    '3 is told once, in the answer',
  );
});

t.test('without a last seq a follower hears only what is new', async (t) => {
  const s = await stage(t);
  const following = s.follow();
  t.equal(s.asked[0]?.after, Number.MAX_SAFE_INTEGER);
  s.asked[0]?.answer({ pushes: [], head: 7, lagged: false });
  t.same(await following, { store: 'this', head: 7, missed: [], lagged: false });
});

t.test('who leaves while it catches up hears nothing after its answer', async (t) => {
  const s = await stage(t);
  const following = s.follow();
  s.hub.leave(s.connection, BOX);
  s.asked[0]?.answer({ pushes: [], head: 1, lagged: false });
  await following;
  s.push(2, 1);
  await s.settled();
  t.same(s.heard, []);
});

t.test('seqs of another life of the store mean nothing: the follower has lagged, and is told what comes', async (t) => {
  const s = await stage(t);
  const following = s.follow(BOX, { after: 3, store: 'before the restore' });
  t.equal(s.asked[0]?.after, Number.MAX_SAFE_INTEGER, 'nothing is told again');
  s.asked[0]?.answer({ pushes: [], head: 5, lagged: false });
  t.same(await following, { store: 'this', head: 5, missed: [], lagged: true });
  s.push(6, 5);
  await s.settled();
  t.match(s.heard, [{ seq: 6 }]);

  const same = s.follow(BOX, { after: 6, store: 'this' });
  t.equal(s.asked[1]?.after, 6);
  s.asked[1]?.answer({ pushes: [], head: 6, lagged: false });
  t.match(await same, { lagged: false });
});

t.test('a follower for which too much comes while it catches up has lagged', async (t) => {
  const s = await stage(t);
  const following = s.follow(BOX, { after: 0 });
  for (let seq = 1; seq <= 2_000; seq++) s.push(seq, seq - 1);
  s.asked[0]?.answer({ pushes: [], head: 0, lagged: false });
  t.match(await following, { lagged: true, missed: [] });
});

t.test('what is gathered is told before a new follower joins, who has it from the journal', async (t) => {
  const s = await stage(t);
  const first = s.follow(CENSUS, { after: 0 });
  s.asked[0]?.answer({ pushes: [], head: 0, lagged: false });
  await first;
  s.push(1, 0, CENSUS, { total: 1, online: 0 });
  s.push(2, 1, CENSUS, { total: 2, online: 0 });
  await s.settled();
  t.same(s.heard, [], 'the window is open');
  await s.clock.advance(300);
  await s.settled();
  t.match(s.heard, [{ seq: 2, prev: 0, data: { total: 2 } }]);
  t.equal(s.heard.length, 1);

  s.push(3, 2, CENSUS, { total: 3, online: 0 });
  const other = await s.join();
  const second = other.follow(CENSUS, { after: 0 });
  s.asked[1]?.answer({ pushes: [], head: 3, lagged: false });
  t.match(await second, { head: 3 });
  await s.settled();
  t.match(s.heard.at(-1), { seq: 3 }, 'the window was closed early for those who followed');
  await s.clock.advance(300);
  await other.settled();
  t.same(other.heard, []);
});

t.test('the head is told once after pushes, and not while nothing comes', async (t) => {
  const s = await stage(t);
  const heads: unknown[] = [];
  const following = s.follow();
  s.asked[0]?.answer({ pushes: [], head: 0, lagged: false });
  await following;
  s.connection.socket.conn.on('packetCreate', ({ data }: { data?: string }) => {
    if (data?.includes('"head"')) heads.push(JSON.parse(data.slice(1)));
  });
  await s.clock.advance(1_100);
  t.same(heads, []);
  s.push(5, 0);
  await s.clock.advance(3_000);
  t.same(heads, [['head', { stream: BOX, seq: 5 }]]);
});

t.test('a stream that nobody follows is not kept', async (t) => {
  const s = await stage(t);
  const following = s.follow();
  s.asked[0]?.answer({ pushes: [], head: 0, lagged: false });
  await following;
  t.equal(s.hub.followed, 1);
  void s.connection.socket.leave(BOX);
  t.equal(s.hub.followed, 0);
  s.push(1, 0);
  await s.settled();
  t.same(s.heard, []);
});
