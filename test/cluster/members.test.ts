import Redis from 'ioredis-mock';
import t from 'tap';

import type { TableClient } from '../../src/cluster/bus.js';
import { Members } from '../../src/cluster/members.js';
import { namesOf, Table } from '../../src/cluster/table.js';
import { VirtualClock } from '../support/virtual-clock.js';

const limits = { deadMs: 1000, deafMs: 200, forgetMs: 10_000, stepMs: 200 };

/** Members on one imitated Redis and one virtual clock. */
class Club {
  readonly clock = new VirtualClock();
  readonly url = { host: `club-${Math.random()}` };
  readonly redis = new Redis(this.url);
  readonly names = namesOf('store');
  readonly told: string[] = [];
  readonly away = new Set<string>();
  private readonly links: InstanceType<typeof Redis>[] = [];

  async enter(self: string): Promise<Members> {
    const members = await this.meet(self);
    await this.clock.settle(members.join());
    return members;
  }

  async meet(self: string): Promise<Members> {
    const [client, listener] = [new Redis(this.url), new Redis(this.url)];
    this.links.push(client, listener);
    await listener.subscribe(this.names.node(self), this.names.all);
    const reachable = new Proxy<TableClient>(client, {
      get: (target, name) => {
        if (this.away.has(self)) throw new Error('Redis is away');
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    const members = new Members({
      ...{ self, clock: this.clock, table: new Table(reachable, this.names), beatMs: 100, limits, hears: () => true },
      changed: ({ nodes }) => this.told.push(`${self} sees ${nodes.join(' ')}`),
      deposed: () => this.told.push(`${self} is deposed`),
      contact: (there) => this.told.push(`${self} ${there ? 'reaches' : 'misses'} Redis`),
    });
    listener.on('message', (channel: string) => {
      if (channel === this.names.all) members.hurry();
    });
    await this.clock.settle(members.meet());
    return members;
  }

  async close(...members: Members[]): Promise<void> {
    for (const one of members) one.stop();
    for (const link of [this.redis, ...this.links]) link.disconnect();
  }
}

t.test('a node that joins is seen by all at once, and sees all', async (t) => {
  const club = new Club();
  const a = await club.enter('a');
  const b = await club.enter('b');
  t.same(b.view.nodes, ['a', 'b']);
  await club.clock.advance(0);
  t.same(a.view.nodes, ['a', 'b'], 'it was called to look');
  await club.close(a, b);
});

t.test('a node that has not taken its place yet sees who is there, serves nothing, and is not seen', async (t) => {
  const club = new Club();
  const a = await club.enter('a');
  const b = await club.meet('b');
  t.same(b.view.nodes, ['a']);
  await club.clock.advance(500);
  t.same([a.view.nodes, b.view.nodes], [['a'], ['a']]);
  await club.clock.settle(b.join());
  await club.clock.advance(0);
  t.same(
    [a.view.nodes, b.view.nodes],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
  );
  await club.close(a, b);
});

t.test('a node that leaves is out of all views at once, its own too', async (t) => {
  const club = new Club();
  const [a, b] = [await club.enter('a'), await club.enter('b')];
  await club.clock.advance(200);
  await club.clock.settle(b.leave());
  await club.clock.advance(0);
  t.same([a.view.nodes, b.view.nodes], [['a'], ['a']]);
  t.notMatch(club.told, ['a is deposed', 'b is deposed']);
  await club.close(a, b);
});

t.test('a node that stops beating is taken out, and reads that when it is back', async (t) => {
  const club = new Club();
  const [a, b] = [await club.enter('a'), await club.enter('b')];
  await club.clock.advance(200);
  b.stop();
  await club.clock.advance(2000);
  t.same(a.view.nodes, ['a']);
  club.told.length = 0;
  const again = await club.enter('b');
  t.ok(club.told.includes('b is deposed'));
  await club.clock.advance(200);
  t.same(
    [a.view.nodes, again.view.nodes],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
  );
  await club.close(a, again);
});

t.test('ENGINE 9: who cannot reach Redis keeps the view he had, and is deposed only by those who can', async (t) => {
  const club = new Club();
  const [a, b] = [await club.enter('a'), await club.enter('b')];
  await club.clock.advance(200);
  club.away.add('a');
  await club.clock.advance(8000);
  t.same([a.view.nodes, b.view.nodes], [['a', 'b'], ['b']]);
  t.ok(a.cutOffSince);
  club.away.clear();
  await club.clock.advance(1000);
  t.same(
    [a.view.nodes, b.view.nodes],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
  );
  t.ok(club.told.includes('a is deposed'), 'others served its shards meanwhile');
  await club.close(a, b);
});

t.test('a flush of Redis moves nothing and deposes nobody', async (t) => {
  const club = new Club();
  const [a, b] = [await club.enter('a'), await club.enter('b')];
  await club.clock.advance(200);
  club.told.length = 0;
  for (let i = 0; i < 5; i++) {
    await club.redis.flushall();
    await club.clock.advance(250);
  }
  t.same([a.view.nodes, b.view.nodes, club.told], [['a', 'b'], ['a', 'b'], []]);
  await club.close(a, b);
});

t.test('what is no word of a node is passed over', async (t) => {
  const club = new Club();
  const a = await club.enter('a');
  await club.redis.hset(club.names.table, 'x', 'not json', 'y', '{"beat":"1","state":"up"}', 'z', '{"beat":1}');
  await club.clock.advance(500);
  t.same(a.view.nodes, ['a']);
  await club.close(a);
});
