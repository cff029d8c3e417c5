/**
 * Redis as a cluster of three masters: where what is told travels, and what happens when slots move and masters die.
 */
import t from 'tap';

import type { Client, Pushed } from '../../src/client/index.js';
import { openRedis } from '../../src/cluster/redis.js';
import { actorOf, openTown, until } from '../support/cluster.js';
import { noOwnRedis, openRedisServer, useRedisCluster } from '../support/redis.js';
import type { RedisClusterServer } from '../support/redis-cluster.js';
import { Servers } from '../support/servers.js';

/** Faults that were heard on a stream, in order. */
async function faultsOn(client: Client, stream: string): Promise<Pushed[]> {
  const heard: Pushed[] = [];
  let live = false;
  client.follow(stream, {
    onPush: (push) => {
      if (push.name === 'device.fault') heard.push(push);
    },
    onLive: () => {
      live = true;
    },
  });
  await until(() => live);
  return heard;
}

const ignore = (): undefined => undefined;

async function run(redis: RedisClusterServer, one: string): Promise<void> {
  t.test('an address of the other kind is refused at the start, and the line says which to write', async (t) => {
    await t.rejects(openRedis(redis.urlOfOne, ignore), {
      name: 'RedisUnavailable',
      message: 'REDIS_URL: must be redis-cluster://host:6379 where Redis is a cluster',
    });
    await t.rejects(openRedis(one.replace('redis:', 'redis-cluster:'), ignore), {
      name: 'RedisUnavailable',
      message: 'REDIS_URL: must be redis://host:6379 where Redis is no cluster',
    });
  });

  t.test('pushes travel by the masters that have the slots of their streams', async (t) => {
    // Beats that are far apart: nobody is held for dead over a connection that comes back.
    const servers = await Servers.open(t, 2, { headEveryMs: 3_600_000, beatMs: 1_000, deadMs: 10_000 });
    const { access } = await servers.signUp(0, 'wang', 'driver');
    const drivers = [0, 1].map((node) => servers.client(node, { token: access }));
    const { device, key } = await servers.device(drivers[0]!);
    const box = servers.client(1, { device, key });
    const stream = `device:${device}/owner`;
    const heard = await Promise.all(drivers.map((driver) => faultsOn(driver, stream)));
    let told = 0;
    const tell = async (count: number): Promise<void> => {
      for (const end = told + count; told < end; told++) await box.ask('device.reportFault', { fault: `f${told}` });
    };
    const allHeard = async (): Promise<boolean> => {
      await until(() => heard.every(({ length }) => length >= told));
      return heard.every(
        (pushes) => pushes.length === told && pushes.every(({ prev }, i) => i === 0 || prev === pushes[i - 1]?.seq),
      );
    };

    await t.test('each reaches the followers at every node, once and in order', async (t) => {
      await tell(10);
      t.ok(await allHeard());
      const before = (await redis.heard()).reduce((sum, count) => sum + count);
      const screens = Array.from({ length: 12 }, (_, i) => `device:d_other${i}/owner`);
      const admin = await servers.admin(0);
      for (const other of screens) admin.follow(other, { onPush: ignore });
      let counts: readonly number[] = [];
      // Both of one look: a master that is asked while its connection comes back tells fewer.
      await until(async () => {
        counts = await redis.heard();
        const all = counts.reduce((sum, count) => sum + count);
        return all === before + screens.length && counts.every((count) => count > 0);
      });
      t.ok(
        counts.every((count) => count > 0),
        `every master has its part of them: ${counts.join(', ')}`,
      );
    });

    await t.test('a slot that moves takes its channel along, and what was told meanwhile is made good', async (t) => {
      await redis.moveSlotOf(`backseat:${servers.store.id}:io#/#${stream}#`);
      await tell(1);
      t.ok(await allHeard());
      await tell(5);
      t.ok(await allHeard());
    });

    await t.test('what was lost while connections broke is made good, also the last one', async (t) => {
      for (let i = 0; i < 6; i++) {
        await redis.cutListeners();
        await tell(1);
      }
      t.ok(await allHeard());
    });
  });

  t.test('ENGINE 9: the master of the node table dies: as if Redis were gone, until it is back', async (t) => {
    const { nodes } = await openTown(t, 2);
    const [asking, other] = nodes;
    const [own, foreign] = [actorOf(asking!), actorOf(other!)];
    const begin = await redis.killMasterOf(asking!.cluster.names.table);
    await until(() => nodes.every(({ cluster }) => !cluster.contacted));
    t.match(await asking!.ask(own, 'add', { by: 1 }), { ok: true });
    t.match(await asking!.ask(foreign, 'add', { by: 1 }, 'x'), { ok: false, code: 'unavailable', stored: false });
    await begin();
    await until(() => nodes.every(({ cluster }) => cluster.contacted && cluster.view.nodes.length === 2));
    t.match(await asking!.ask(foreign, 'add', { by: 1 }, 'x'), { ok: true, value: { sum: 1 } });
  });

  t.test('the master of a node’s channel dies: nobody waits for that node longer than for a dead one', async (t) => {
    const { nodes } = await openTown(t, 2);
    const [asking, deaf] = nodes;
    const foreign = actorOf(deaf!);
    const begin = await redis.killMasterOf(asking!.cluster.names.node(deaf!.self));
    // Taken over, or refused since the whole Redis cluster stands still by then: in both cases soon.
    const answer = await asking!.ask(foreign, 'add', { by: 1 }, 'x');
    t.ok(answer.ok || answer.code === 'unavailable');
    await until(() => !deaf!.cluster.contacted);
    await begin();
    await until(() => nodes.every(({ cluster }) => cluster.contacted && cluster.view.nodes.length === 2));
    t.match(await asking!.ask(foreign, 'add', { by: 1 }, 'x'), { ok: true, value: { sum: 1 } }, 'R4: once');
  });
}

if (noOwnRedis === false) {
  const { url: one } = await openRedisServer(t, { own: true });
  await run(await useRedisCluster(), one);
} else {
  t.pass('a Redis cluster', { skip: noOwnRedis });
}
