/** Many who connect in one moment, over both transports: they are served a few in a turn of the event loop. */
import { once } from 'node:events';
import { connect as tcp, type Server, type Socket } from 'node:net';
import { promisify } from 'node:util';

import fastify from 'fastify';
import t from 'tap';

import { createLog } from '../../src/gateway/log.js';
import { IN_A_TURN } from '../../src/gateway/transport/handshakes.js';
import { listen } from '../../src/gateway/transport/index.js';
import { notHere } from '../support/transports.js';
import { until } from '../support/until.js';
import { Line, UPGRADE } from './fuzz/wire.js';

const MANY = 8 * IN_A_TURN;

/** `40`, as a masked text frame with the mask 0. */
const CONNECT = Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x34, 0x30]);

const countOf = (server: Server): Promise<number> => promisify(server.getConnections.bind(server))();

/** Counts by turns of the event loop. */
class Turns {
  private inThis = 0;
  most = 0;
  all = 0;
  private going = true;

  constructor() {
    const next = (): void => {
      this.inThis = 0;
      if (this.going) setImmediate(next);
    };
    setImmediate(next);
  }

  readonly count = (): void => {
    this.all += 1;
    this.inThis += 1;
    this.most = Math.max(this.most, this.inThis);
  };

  end(): void {
    this.going = false;
  }
}

for (const name of ['uws', 'node'] as const) {
  t.test(name, { skip: notHere(name) }, async (t) => {
    const http = fastify();
    const transport = await listen(name, {
      ...{ host: '127.0.0.1', port: 0, http, log: createLog('silent'), admits: () => true },
      ...{ pingIntervalMs: 20_000, pingTimeoutMs: 20_000, maxBufferedBytes: 300_000, maxConnections: Infinity },
    });
    t.teardown(() => transport.close());
    const { port } = transport.address;
    const clients: Socket[] = [];
    const connected = async (): Promise<Socket> => {
      const client = tcp(port, '127.0.0.1');
      client.on('error', () => undefined);
      client.resume();
      await once(client, 'connect');
      clients.push(client);
      return client;
    };
    t.teardown(() => {
      for (const client of clients) client.destroy();
    });

    await t.test('of many who connect in one moment, a few are served in a turn of the loop', async (t) => {
      const [opened, asked] = [new Turns(), new Turns()];
      t.teardown(() => {
        opened.end();
        asked.end();
      });
      transport.io.engine.on('connection', opened.count);
      transport.io.use((_, next) => {
        asked.count();
        next();
      });
      const many = await Promise.all(Array.from({ length: MANY }, connected));
      // Node's http takes one connection in a turn; uWebSockets.js all there are, and counts none.
      if (name === 'node') await until('all are taken', async () => (await countOf(http.server)) === MANY);
      for (const client of many) client.write(UPGRADE);
      await until('all are open', () => opened.all === MANY);
      t.ok(opened.most <= IN_A_TURN, `${opened.most} connections were opened in one turn`);
      for (const client of many) client.write(CONNECT);
      await until('all have asked', () => asked.all === MANY);
      t.ok(asked.most <= IN_A_TURN, `${asked.most} asked to be let in in one turn`);
    });

    await t.test('who has gone before his turn is not served, and nobody else waits for him', async (t) => {
      const there = transport.io.engine.clientsCount;
      const many = await Promise.all(Array.from({ length: MANY }, connected));
      if (name === 'node') await until('all are taken', async () => (await countOf(http.server)) === there + MANY);
      for (const client of many) client.write(UPGRADE);
      // By the second turn all have asked, and most wait.
      for (let turn = 0; turn < 2; turn++) await new Promise(setImmediate);
      for (const client of many) client.resetAndDestroy();
      const last = await connected();
      last.write(UPGRADE);
      await once(last, 'data');
      await until('nobody else is there', () => transport.io.engine.clientsCount === there + 1);
      t.equal(transport.io.engine.clientsCount, there + 1);
    });

    await t.test('who asks again while he waits to be let in is closed', async () => {
      const line = await Line.open(`http://127.0.0.1:${port}`);
      await until('it is told that it is open', () => line.heard.length > 0);
      line.send('40', '40');
      await line.closed;
    });
  });
}
