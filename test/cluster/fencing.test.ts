/**
 * Fencing over a real MongoDB protocol and a real Redis: whatever a node believes while it is cut off or paused, the
 * store's keys settle it (R3). Each node has its own way to the store and to Redis, which the test cuts. A node that is
 * stopped where it stands, as a process, is in test/torture.
 */
import { setTimeout as wait } from 'node:timers/promises';

import t, { type Test } from 'tap';

import { openMongo } from '../../src/store/mongo/index.js';
import type { ActorId, EntryCore, Store } from '../../src/store/ports.js';
import { actorOf, collections, TestNode, until } from '../support/cluster.js';
import { mongoServer, NO_SERVER } from '../support/mongo/server.js';
import { noRedis, openRedisServer, openWay, type Way } from '../support/redis.js';

/** A driver that gives up soon on a server that it cannot reach; a way that is cut refuses at once. */
const HASTY = '&serverSelectionTimeoutMS=1000';

const server = await mongoServer(t);
const skip = noRedis === false ? (server ? false : NO_SERVER) : noRedis;

interface Post {
  readonly node: TestNode;
  readonly store: Store;
  /** This node's own way to the store. */
  readonly mongo: Way;
}

/** Three nodes that know each other. */
async function open(t: Test): Promise<readonly [Post, Post, Post]> {
  const redis = await openRedisServer(t);
  const database = server?.database() ?? '';
  const begin = async (): Promise<Post> => {
    const mongo = await openWay(t, database + HASTY);
    const store = await openMongo(mongo.url, { collections });
    const node = await TestNode.open(store, await openWay(t, redis.url));
    node.watch(store);
    t.teardown(async () => {
      mongo.mend();
      await node.stop();
      await store.close();
    });
    return { node, store, mongo };
  };
  const posts = [await begin(), await begin(), await begin()] as const;
  await until(() => posts.every(({ node }) => node.cluster.view.nodes.length === 3));
  return posts;
}

/** Sends the same commands to several nodes at a time, each until all have an answer. */
async function addAll(nodes: readonly TestNode[], actor: ActorId, ids: readonly string[]): Promise<void> {
  const insist = async (node: TestNode, id: string): Promise<void> => {
    while (!(await node.ask(actor, 'add', { by: 1 }, id)).ok) await wait(20);
  };
  await Promise.all(ids.flatMap((id) => nodes.map((node) => insist(node, id))));
}

/** R3: no gap, and no command twice. */
function sound(t: Test, entries: readonly EntryCore[], commands: number): void {
  t.same(
    entries.map(({ seq }) => seq),
    entries.map((_, i) => i + 1),
    'no gap',
  );
  t.equal(new Set(entries.map(({ commandId }) => commandId)).size, entries.length, 'no command twice');
  t.equal(entries.length, commands, 'every command once');
}

const ids = (name: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${name}${i}`);

t.test(
  'cut off from MongoDB, a node acknowledges nothing, the others serve its actors, and it comes back by itself',
  { skip },
  async (t) => {
    const [cut, other] = await open(t);
    const actor = actorOf(cut.node);
    t.match(await cut.node.ask(actor, 'add', { by: 1 }, 'first'), { ok: true });
    cut.mongo.cut();
    const under = ids('under', 5).map((id) => cut.node.ask(actor, 'add', { by: 1 }, id));
    await until(() => cut.node.blind);
    await until(() => other.node.cluster.view.ownerOf(actor) !== cut.node.self);
    t.same(
      other.node.cluster.view.nodes.length,
      3,
      'it lives: those who are connected to it are served through the others',
    );
    const answers = await Promise.all(under);
    t.ok(
      answers.every(({ ok }) => ok),
      'asked again, with the same ids, of the new owner',
    );
    t.match(await cut.node.ask(actor, 'add', { by: 1 }, 'through the others'), { ok: true });
    sound(t, await other.store.journal.read(actor, 0, 100), 7);
    cut.mongo.mend();
    await until(() => !cut.node.blind);
    await until(() => other.node.cluster.view.ownerOf(actor) === cut.node.self);
    await addAll([cut.node, other.node], actor, ids('after', 3));
    sound(t, await other.store.journal.read(actor, 0, 100), 10);
  },
);

t.test('cut off from MongoDB all together, nodes keep their shards, and go on when it is back', { skip }, async (t) => {
  const posts = await open(t);
  const actors = posts.map(({ node }) => actorOf(node));
  for (const { mongo } of posts) mongo.cut();
  await until(() => posts.every(({ node }) => node.blind));
  const ask = { to: actors[0]!, type: 'add', input: { by: 1 }, caller: 'driver:dr_1', id: 'in vain' };
  const answer = await posts[0].node.system.ask({ ...ask, deadline: Date.now() + 1000 });
  t.match(answer, { unstored: { code: 'unavailable' } });
  t.ok(posts.every(({ node }, i) => node.owns(actors[i]!)));
  for (const { mongo } of posts) mongo.mend();
  await until(() => posts.every(({ node }) => !node.blind));
  for (const [i, { node }] of posts.entries()) await addAll([node], actors[i]!, ['again']);
  sound(t, await posts[0].store.journal.read(actors[0]!, 0, 100), 1);
});

t.test(
  'cut off from Redis and not from MongoDB: two nodes believe that they own an actor, and every command is done once',
  { skip },
  async (t) => {
    const [alone, other] = await open(t);
    const actor = actorOf(alone.node);
    await addAll([alone.node], actor, ['before']);
    alone.node.cutOff();
    await until(() => !alone.node.cluster.contacted && other.node.cluster.view.nodes.length === 2);
    t.ok(alone.node.owns(actor), 'it keeps the view that it had (ENGINE 9)');
    t.not(other.node.cluster.view.ownerOf(actor), alone.node.self);
    await addAll([other.node], actor, ['theirs']);
    await addAll([alone.node], actor, ['its own']);
    t.match(alone.node.problems, [{ what: 'foreign_owner' }], 'they met at the store');
    await addAll([alone.node, other.node], actor, ids('both', 20));
    alone.node.mend();
    await until(() => alone.node.cluster.view.nodes.length === 3);
    await addAll([alone.node, other.node], actor, ids('one', 5));
    sound(t, await other.store.journal.read(actor, 0, 100), 28);
  },
);

t.test('paused past its lease, an owner wakes up as one that was deposed', { skip }, async (t) => {
  const [paused, other] = await open(t);
  const actor = actorOf(paused.node);
  await addAll([paused.node], actor, ['before']);
  paused.node.pause();
  const late = ids('late', 3).map((id) => paused.node.ask(actor, 'add', { by: 1 }, id));
  await until(() => other.node.cluster.view.ownerOf(actor) !== paused.node.self);
  await addAll([other.node], actor, [...ids('meanwhile', 3), 'late1']);
  paused.node.resume();
  t.ok((await Promise.all(late)).every(({ ok }) => ok));
  await until(() => paused.node.cluster.view.nodes.length === 3);
  await addAll([paused.node, other.node], actor, ['after']);
  sound(t, await other.store.journal.read(actor, 0, 100), 8);
});
