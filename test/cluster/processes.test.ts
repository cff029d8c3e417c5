/** Three real processes over MongoDB's protocol and Redis: killed, stopped where they stand, restarted one by one. */
import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';

import t, { type Test } from 'tap';

import { ferretdbPath } from '../support/mongo/ferretdb.js';
import { NO_SERVER } from '../support/mongo/server.js';
import { noRedis } from '../support/redis.js';
import { until } from '../support/cluster.js';
import { startBalancer } from './balancer.js';
import { Boxes } from './boxes.js';
import { startLocalCluster } from './local.js';

const hasMongo =
  (process.env['MONGO_URL'] ?? '') !== '' ||
  spawnSync('mongod', ['--version']).status === 0 ||
  existsSync(ferretdbPath());
const skip = noRedis === false ? (hasMongo ? false : NO_SERVER) : noRedis;

/** How many nodes live, as one of them sees it. */
async function seenBy(url: string): Promise<number> {
  const page = await fetch(`${url}/metrics`).then(
    (response) => response.text(),
    () => '',
  );
  return Number(/^backseat_cluster_nodes (\d+)$/m.exec(page)?.[1] ?? 0);
}

t.test('three nodes under load', { skip }, async (t) => {
  const cluster = await startLocalCluster({ nodes: 3 });
  t.teardown(() => cluster.close());
  const { nodes } = cluster;
  const balancer = await startBalancer(nodes.map(({ url }) => url));
  t.teardown(() => {
    balancer.close();
  });
  const boxes = await Boxes.open(balancer.url, 6);
  t.teardown(() => {
    boxes.close();
  });
  const all = (count: number) =>
    until(async () => (await Promise.all(nodes.map(({ url }) => seenBy(url)))).every((n) => n === count), 30_000);
  await all(3);
  const some = async (count = 50): Promise<void> => {
    const then = boxes.acknowledged;
    await until(() => boxes.acknowledged > then + count || boxes.failed.length > 0, 60_000);
  };
  const sound = async (t: Test): Promise<void> => {
    await boxes.stop();
    t.same([boxes.wrong, boxes.failed], [[], []]);
    // How long it took says more of the server behind than of the nodes: FerretDB reads all it has for most questions.
    t.comment(`the slowest of ${boxes.acknowledged} commands took ${boxes.slowest} ms`);
    boxes.slowest = 0;
  };

  await t.test('restarted one by one, no command fails', async (t) => {
    boxes.start();
    await some();
    for (const node of nodes) {
      await node.end('SIGTERM');
      await some(20);
      await node.start();
      await all(3);
      await some(20);
    }
    await sound(t);
  });

  await t.test('killed one by one, every acknowledged command is done, once', async (t) => {
    boxes.start();
    await some();
    for (const node of nodes) {
      await node.end('SIGKILL');
      await some(20);
      await node.start();
      await all(3);
      await some(20);
    }
    await sound(t);
  });

  await t.test('R3: a node that is stopped where it stands for longer than its lease, and goes on', async (t) => {
    boxes.start();
    await some();
    for (const node of nodes) {
      const other = nodes.find((one) => one !== node)!;
      node.process!.signal('SIGSTOP');
      await until(async () => (await seenBy(other.url)) === 2, 30_000);
      await some(10);
      node.process!.signal('SIGCONT');
      await all(3);
      await some(20);
    }
    await sound(t);
  });
});
