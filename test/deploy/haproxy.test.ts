/** HAProxy, with the configuration that is shipped, in front of three real nodes: sockets spread, nodes come and go. */
import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import t from 'tap';

import { Boxes } from '../cluster/boxes.js';
import { startLocalCluster, type LocalNode } from '../cluster/local.js';
import { ferretdbPath } from '../support/mongo/ferretdb.js';
import { NO_SERVER } from '../support/mongo/server.js';
import { root } from '../support/pages.js';
import { noRedis } from '../support/redis.js';
import { until } from '../support/until.js';
import { check, noHaproxy, Proxy } from './proxy.js';
import { StandIn } from './stand-in.js';

const hasMongo =
  (process.env['MONGO_URL'] ?? '') !== '' ||
  spawnSync('mongod', ['--version']).status === 0 ||
  existsSync(ferretdbPath());
const noNodes = noRedis === false ? (hasMongo ? false : NO_SERVER) : noRedis;
const skip = noHaproxy === false ? noNodes : noHaproxy;
const BOXES = 9;

/** Devices that are connected to a node, and nodes that it sees; nothing where it does not answer. */
async function seenBy({ url }: LocalNode): Promise<{ readonly boxes: number; readonly nodes: number }> {
  const page = await fetch(`${url}/metrics`).then(
    (answer) => answer.text(),
    () => '',
  );
  const number = (line: RegExp) => Number(line.exec(page)?.[1] ?? 0);
  return {
    boxes: number(/^backseat_sockets\{role="device"\} (\d+)$/m),
    nodes: number(/^backseat_cluster_nodes (\d+)$/m),
  };
}

t.test('HAProxy takes the configuration without a warning', { skip: noHaproxy }, async (t) => {
  const { sound, said } = check(join(root, 'deploy/haproxy.cfg'));
  t.ok(sound, said);
  // The nodes have no address here; HAProxy waits for one.
  const warnings = said.split('\n').filter((line) => line.includes('WARNING') && !line.includes('could not resolve'));
  t.same(warnings, []);
});

t.test(
  'a node that says it is not ready gets nothing new, until it says that it is',
  { skip: noHaproxy },
  async (t) => {
    const nodes = [await StandIn.open(t), await StandIn.open(t), await StandIn.open(t)];
    const proxy = await Proxy.start(
      t.testdir(),
      nodes.map(({ url }) => url),
    );
    t.teardown(() => proxy.close());
    const up = (is: boolean) => until('HAProxy knows', async () => (await proxy.up())['node1'] === is);
    const visit = async (): Promise<readonly boolean[]> => {
      for (const node of nodes) node.came.length = 0;
      for (let i = 0; i < 9; i++) await fetch(proxy.url, { headers: { 'x-forwarded-for': '6.6.6.6' } });
      return nodes.map(({ came }) => came.length > 0);
    };
    t.same(await visit(), [true, true, true]);
    t.same(nodes[1]!.came[0]?.['x-forwarded-for'], '127.0.0.1', 'what a client invents is not passed on');
    nodes[0]!.ready = false;
    await up(false);
    t.same(await visit(), [false, true, true]);
    nodes[0]!.ready = true;
    await up(true);
    t.same(await visit(), [true, true, true]);
  },
);

t.test('three nodes behind it, under load', { skip }, async (t) => {
  const cluster = await startLocalCluster({ nodes: 3, settings: { BACKSEAT_PROXIES: '1' }, sandbox: false });
  t.teardown(() => cluster.close());
  const { nodes } = cluster;
  const proxy = await Proxy.start(
    t.testdir(),
    nodes.map(({ url }) => url),
  );
  t.teardown(() => proxy.close());
  const spread = () => Promise.all(nodes.map(async (node) => (await seenBy(node)).boxes));
  const upAre = (...names: readonly string[]) =>
    until(`HAProxy holds ${names.join(', ')} for up`, async () => {
      const up = await proxy.up();
      return ['node1', 'node2', 'node3'].every((name) => up[name] === names.includes(name));
    });
  // One that does not answer its first checks in time gets no sockets until it does.
  await upAre('node1', 'node2', 'node3');
  const boxes = await Boxes.open(proxy.url, BOXES);
  t.teardown(() => {
    boxes.close();
  });
  const some = async (count = 30): Promise<void> => {
    const then = boxes.acknowledged;
    await until('commands are acknowledged', () => boxes.acknowledged > then + count || boxes.failed.length > 0);
  };
  const all = (count: number) =>
    until(`every living node sees ${count}`, async () => {
      const seen = await Promise.all(nodes.map(seenBy));
      return seen.filter((one) => one.nodes === count).length === count;
    });
  const allBoxes = () =>
    until('every box is connected', async () => (await spread()).reduce((sum, n) => sum + n, 0) === BOXES);
  await all(3);

  await t.test('sockets are spread over the nodes', async (t) => {
    boxes.start();
    await allBoxes();
    const counts = await spread();
    t.ok(
      counts.every((count) => count >= 2),
      `${counts.join(' + ')} of ${BOXES}`,
    );
  });

  await t.test('what is for Prometheus is not for everybody', async (t) => {
    t.equal((await fetch(`${proxy.url}/metrics`)).status, 404);
    t.equal((await fetch(`${proxy.url}/ready`)).status, 200);
  });

  await t.test('a node that drains is left alone, and no command fails', async (t) => {
    await some();
    await nodes[0]!.end('SIGTERM');
    await upAre('node2', 'node3');
    await some();
    await allBoxes();
    t.equal((await spread())[0], 0);
    t.same(boxes.failed, []);
  });

  await t.test('a node that comes back takes the next sockets', async (t) => {
    await nodes[0]!.start();
    await upAre('node1', 'node2', 'node3');
    await all(3);
    const more = await Boxes.open(proxy.url, 3);
    await until('they are connected', async () => (await spread()).reduce((sum, n) => sum + n, 0) === BOXES + 3);
    const counts = await spread();
    t.ok(counts[0]! >= 2, `most of them: ${counts.join(' + ')}`);
    more.close();
  });

  await t.test('a node that dies is taken out, and every acknowledged command is done, once', async (t) => {
    await some();
    await nodes[1]!.end('SIGKILL');
    await upAre('node1', 'node3');
    await some();
    await boxes.stop();
    t.same([boxes.wrong, boxes.failed], [[], []]);
    t.comment(`the slowest of ${boxes.acknowledged} commands took ${boxes.slowest} ms`);
  });
});
