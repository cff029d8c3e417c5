/** A whole node over a real server: sockets, gateway, engine, views, audit. */
import t from 'tap';

import { makeCity } from '../../src/jobs/demo/city/index.js';
import { runDemo } from '../../src/jobs/demo/index.js';
import { Entrance } from '../../src/jobs/traffic/entrance.js';
import { operator, startNode } from '../jobs/node.js';
import { mongoServer, NO_SERVER, type MongoServer } from '../support/mongo/server.js';
import { noOwnRedis, openRedisServer, openWay } from '../support/redis.js';
import { until } from '../support/until.js';
import { Process } from '../torture/process.js';
import { OPERATOR, townSettings } from '../torture/settings.js';

const server = await mongoServer(t);
if (!server) {
  t.pass('MongoDB', { skip: NO_SERVER });
} else {
  nodes(server);
}

function nodes(server: MongoServer): void {
  t.test('a city lives over MongoDB, through a death of the server: sales settle, the books are right', async (t) => {
    const node = await startNode(t, { mongoUrl: server.database() });
    const city = makeCity(5, { stations: 1, cars: 2 });
    const demo = await runDemo({
      url: node.url,
      city,
      currency: 'CNY',
      operator,
      password: 'all of them',
      salesPerSecond: 2,
    });
    t.teardown(demo.stop);
    await demo.complete;
    await until('sales settle', () => demo.tally.of('settled') >= 3);
    if (server.process) {
      await server.process.kill();
      await server.process.start();
      const before = demo.tally.of('settled');
      await until('sales settle again', () => demo.tally.of('settled') >= before + 3);
    }
    demo.stop();
    const report = await node.closeAndVerify();
    t.same(report.differences, []);
    t.ok((report.checked['entries'] ?? 0) > 50, JSON.stringify(report.checked));
  });

  t.test('a node whose database does not answer says so at /ready, and takes work again when it does', async (t) => {
    const way = await openWay(t, server.database());
    const node = await startNode(t, { mongoUrl: way.url, storeAwayMs: 500 });
    const ready = async () => {
      const response = await fetch(`${node.url}/ready`);
      return { status: response.status, body: await response.json() };
    };
    t.match(await ready(), { status: 200 });
    way.cut();
    await until('it is not ready', async () => (await ready()).status === 503);
    t.match(await ready(), { body: { ok: false, why: 'the store does not answer' } });
    way.mend();
    await until('it is ready', async () => (await ready()).status === 200);
  });

  t.test(
    'a node that is told to stop when its database and Redis have gone ends within its time, and says what it leaves',
    async (t) => {
      const way = await openWay(t, server.database());
      // Where there is none the node is alone from the start.
      const redis = noOwnRedis === false ? await (await openRedisServer(t, { own: true })).way(t) : undefined;
      const town = await townSettings(t.testdir({}));
      const url = `http://127.0.0.1:${town['BACKSEAT_PORT'] ?? ''}`;
      const node = new Process({
        command: ['serve'],
        settings: { ...town, MONGO_URL: way.url, REDIS_URL: redis?.url ?? '', BACKSEAT_STOP_MS: '1000' },
      });
      t.teardown(() => node.end('SIGKILL'));
      await node.ready;
      const entrance = await Entrance.open(url, OPERATOR);
      t.teardown(() => {
        entrance.close();
      });
      const put = (id: string) =>
        entrance.platform.ask('catalogue.put', { products: [{ id: 'pr_tea', name: 'Tea' }] }, { id });
      await put('loaded');
      for (const line of [way, redis]) line?.cut();
      put('unknown').catch(() => undefined);
      const metrics = async () => (await fetch(`${url}/metrics`)).text();
      await until('it is on its way', async () => /^backseat_undurable 1$/m.test(await metrics()));
      t.same(await node.end('SIGTERM'), { code: 1, signal: null });
      t.match(node.said.at(-1), /^backseat: not ended in order within 1 s: of commands 1 are decided and nobody knows/);
    },
  );

  t.test(
    'a node that begins anew on the database knows what was done, and gives a repeat the first answer',
    async (t) => {
      const mongoUrl = server.database();
      const register = async (url: string): Promise<string> => {
        const entrance = await Entrance.open(url, operator);
        const { device } = await entrance.platform.ask('device.register', { name: 'Car 1' }, { id: 'once' });
        entrance.close();
        return device;
      };
      const tokenSecret = 'one secret for all nodes of a database';
      const first = await startNode(t, { mongoUrl, tokenSecret });
      const device = await register(first.url);
      await first.close();
      const second = await startNode(t, { mongoUrl, tokenSecret });
      t.equal(second.store.id, first.store.id);
      t.equal(await register(second.url), device);
      const devices: string[] = [];
      for await (const { actor, type } of second.store.journal.scan()) if (type === 'register') devices.push(actor);
      t.same(devices, [`device:${device}`]);
    },
  );
}
