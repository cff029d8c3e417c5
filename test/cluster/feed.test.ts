import t from 'tap';

import { derive, type Committed } from '../../src/actors/runtime/committed.js';
import type { Engine, Missed, Push } from '../../src/actors/runtime/engine.js';
import { unstored } from '../../src/actors/runtime/problems.js';
import { Feed } from '../../src/cluster/feed.js';
import { View } from '../../src/cluster/view.js';
import type { ActorId } from '../../src/store/ports.js';
import { Lab } from '../support/lab.js';

const view = new View(['me', 'other']);
const actorOf = (node: string): ActorId => {
  for (let i = 0; ; i++) if (view.ownerOf(`tally:t${i}`) === node) return `tally:t${i}`;
};
const theirs = `${actorOf('other')}/sum`;

/** A feed whose engine and carrier are in the test's hand; the journal holds pushes 1, 2, 3, … of one stream. */
class Table {
  readonly lab = new Lab();
  readonly told: string[] = [];
  readonly followed = new Set<string>();
  readonly sent: string[] = [];
  readonly lagged: number[] = [];
  /** Others' pushes are heard. */
  heard = Promise.resolve();
  /** The journal has been read. */
  read = Promise.resolve();
  /** Pushes that are stored. */
  stored = 0;
  refusing = false;
  tooFar = false;
  private proof: Committed<unknown> | undefined;
  private own: (push: Committed<Push>) => void = () => undefined;
  readonly feed: Feed;

  private constructor() {
    const engine: Engine = {
      ask: () => Promise.reject(new Error('not asked')),
      read: () => Promise.reject(new Error('not read')),
      deadLetters: () => Promise.resolve([]),
      retryDeadLetter: () => Promise.resolve(false),
      stop: () => Promise.resolve(),
      onPush: (listener) => {
        this.own = listener;
        return () => undefined;
      },
      missed: async (stream, after) => {
        const missed = this.missed(stream, after);
        await this.read;
        return missed;
      },
    };
    this.feed = new Feed({
      engine,
      carrier: {
        follow: (stream) => {
          this.followed.add(stream);
          return this.heard;
        },
        leave: (stream) => this.followed.delete(stream),
        tell: ({ value }) => this.sent.push(`${value.seq} to followers`),
        tellAll: (name) => this.sent.push(`${name} to all`),
      },
      self: 'me',
      view: () => view,
      clock: this.lab.clock,
      everywhere: new Set(['closed']),
    });
    this.feed.engine.onPush(({ value }) => this.told.push(`${value.name} ${value.seq}`));
    this.feed.onLagged((_, head) => this.lagged.push(head));
  }

  static async open(): Promise<Table> {
    const table = new Table();
    await table.lab.ask('tally:a', 'add', { by: 1 });
    const answer = await table.lab.clock.settle(table.lab.system.read('tally:a', 'sum', {}, 'driver:dr_1'));
    if ('unstored' in answer) throw new Error('no proof');
    table.proof = answer;
    return table;
  }

  push(seq: number, prev = seq - 1, stream = theirs, name = 'n'): Committed<Push> {
    return this.committed({ stream, seq, prev, name, data: null });
  }

  tellOwn(push: Committed<Push>): void {
    this.own(push);
  }

  async follow(stream = theirs): Promise<void> {
    await this.feed.engine.missed(stream, Number.MAX_SAFE_INTEGER);
  }

  settle(): Promise<void> {
    return this.lab.clock.advance(1000);
  }

  private missed(stream: string, after: number): Committed<Missed> | ReturnType<typeof unstored> {
    if (this.refusing) return unstored('unavailable', 'it moves');
    const pushes: Push[] = [];
    for (let seq = after + 1; seq <= this.stored; seq++) pushes.push(this.push(seq, seq - 1, stream).value);
    return this.committed({ pushes: this.tooFar ? [] : pushes, lagged: this.tooFar, head: this.stored });
  }

  private committed<T>(value: T): Committed<T> {
    if (!this.proof) throw new Error('no proof');
    return derive(this.proof, () => value);
  }
}

t.test('a push of another node is passed on while somebody follows its stream here', async (t) => {
  const table = await Table.open();
  table.feed.heard(table.push(1));
  t.same(table.told, []);
  await table.follow();
  t.ok(table.followed.has(theirs));
  table.feed.heard(table.push(1));
  t.same(table.told, ['n 1']);
  table.feed.leave(theirs);
  table.feed.heard(table.push(2));
  t.same([table.told, table.followed.size], [['n 1'], 0]);
});

t.test('ENGINE 20: a gap between pushes is filled from the journal, in order and once', async (t) => {
  const table = await Table.open();
  await table.follow();
  table.stored = 5;
  table.feed.heard(table.push(1));
  table.feed.heard(table.push(4));
  table.feed.heard(table.push(5));
  await table.settle();
  t.same(table.told, ['n 1', 'n 2', 'n 3', 'n 4', 'n 5']);
});

t.test('a push that comes late is passed over; several of one entry are all passed on', async (t) => {
  const table = await Table.open();
  await table.follow();
  for (const [seq, prev] of [
    [1, 0],
    [2, 1],
    [2, 1],
    [1, 0],
  ] as const)
    table.feed.heard(table.push(seq, prev));
  t.same(table.told, ['n 1', 'n 2', 'n 2']);
});

t.test('a lost last push is found when something may have been lost', async (t) => {
  for (const notice of ['line', 'sender', 'owner'] as const) {
    const table = await Table.open();
    await table.follow();
    table.stored = 2;
    if (notice === 'line') table.feed.mayHaveLost();
    else if (notice === 'sender') table.feed.mayHaveLost('other');
    else table.feed.viewChanged(new View(['me']), view);
    await table.settle();
    t.same(table.told, ['n 1', 'n 2'], notice);
  }
  const table = await Table.open();
  await table.follow();
  table.stored = 2;
  table.feed.mayHaveLost('a third');
  await table.settle();
  t.same(table.told, [], 'what another one lost is not asked for');
});

t.test('it is found, too, of an actor that this node serves: another one may have served it meanwhile', async (t) => {
  for (const from of [undefined, 'other']) {
    const table = await Table.open();
    await table.follow(`${actorOf('me')}/sum`);
    table.stored = 2;
    table.feed.mayHaveLost(from);
    await table.settle();
    t.same(table.told, ['n 1', 'n 2']);
  }
});

t.test('a stream that cannot be caught up with now is tried again', async (t) => {
  const table = await Table.open();
  await table.follow();
  table.stored = 2;
  table.refusing = true;
  table.feed.mayHaveLost();
  await table.settle();
  t.same(table.told, []);
  table.refusing = false;
  await table.settle();
  t.same(table.told, ['n 1', 'n 2']);
});

t.test('a stream that went on further than can be told again says so', async (t) => {
  const table = await Table.open();
  await table.follow();
  table.stored = 5000;
  table.tooFar = true;
  table.feed.mayHaveLost();
  await table.settle();
  t.same([table.told, table.lagged], [[], [5000]]);
});

t.test('own pushes are told here and sent to where they are followed; some to all nodes', async (t) => {
  const table = await Table.open();
  const own = `${actorOf('me')}/sum`;
  table.tellOwn(table.push(1, 0, own));
  table.tellOwn(table.push(2, 1, own, 'closed'));
  t.same(table.told, ['n 1', 'closed 2']);
  t.same(table.sent, ['1 to followers', 'push to all']);
});

t.test('a stream is read when others are heard on it, whoever follows first: nothing is lost between', async (t) => {
  const table = await Table.open();
  let hear: () => void = () => undefined;
  table.heard = new Promise((resolve) => (hear = resolve));
  const heads: number[] = [];
  for (let i = 0; i < 2; i++)
    void table.feed.engine.missed(theirs, 0).then((missed) => {
      if ('value' in missed) heads.push(missed.value.head);
    });
  await table.lab.clock.advance(500);
  t.same(heads, []);
  table.stored = 3;
  hear();
  await table.settle();
  t.same(heads, [3, 3]);
});

t.test('a stream on which others are heard late is followed before, and caught up with then', async (t) => {
  const table = await Table.open();
  let hear: () => void = () => undefined;
  table.heard = new Promise((resolve) => (hear = resolve));
  const following = table.follow();
  await table.settle();
  await following;
  table.stored = 2;
  await table.settle();
  t.same(table.told, []);
  hear();
  await table.settle();
  t.same(table.told, ['n 1', 'n 2']);
});

t.test('what may have been lost while a stream was read for the first time is caught up with', async (t) => {
  const table = await Table.open();
  let read: () => void = () => undefined;
  table.read = new Promise((resolve) => (read = resolve));
  const following = table.follow();
  await table.settle();
  table.stored = 2;
  table.feed.mayHaveLost();
  read();
  await following;
  await table.settle();
  t.same(table.told, ['n 1', 'n 2']);
});

t.test('what all nodes must hear is heard without a follower', async (t) => {
  const table = await Table.open();
  table.feed.heardNews('push', { committed: { ...table.push(1, 0, theirs, 'closed').value } });
  t.same(table.told, ['closed 1']);
});
