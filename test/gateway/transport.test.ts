import { connect as tcp, createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';

import fastify from 'fastify';
import { io as client, type Socket } from 'socket.io-client';
import t from 'tap';

import { createLog } from '../../src/gateway/log.js';
import { listen } from '../../src/gateway/transport/index.js';
import {
  CannotListen,
  type GatewaySocket,
  type Transport,
  type TransportOptions,
} from '../../src/gateway/transport/port.js';
import { uwsIsHere } from '../../src/gateway/transport/uws-binary.js';
import { notHere } from '../support/transports.js';

const log = createLog('silent');

function options(more: Partial<TransportOptions> = {}): TransportOptions {
  return {
    ...{ host: '127.0.0.1', port: 0, http: fastify({ bodyLimit: 65_536 }), log },
    ...{ pingIntervalMs: 20_000, pingTimeoutMs: 20_000, maxBufferedBytes: 300_000, admits: () => true },
    maxConnections: Infinity,
    ...more,
  };
}

function url({ address }: Transport): string {
  return `http://127.0.0.1:${address.port}`;
}

function open(to: string, headers: Record<string, string> = {}): Socket {
  return client(to, { transports: ['websocket'], forceNew: true, reconnection: false, extraHeaders: headers });
}

/** The one behaviour that both adapters keep. */
for (const name of ['uws', 'node'] as const) {
  t.test(name, { skip: notHere(name) }, async (t) => {
    const http = fastify({ bodyLimit: 65_536 });
    http.post('/echo', async (request) => ({ body: request.body, ip: request.ip, query: request.query }));
    http.get('/big', async () => 'x'.repeat(1_000_000));
    http.get('/header', async (request, reply) => reply.header('x-two', ['a', 'b']).send(request.headers['x-one']));
    http.get('/asked', async (request) => request.url);
    const transport = await listen(name, options({ http, admits: (origin) => origin !== 'http://evil.example' }));
    t.teardown(() => transport.close());
    transport.io.on('connection', (socket) => {
      socket.use((packet) => {
        const [event, data, acknowledge] = packet as [string, string, (ack: unknown) => void];
        if (event === 'join') void socket.join(data);
        if (event === 'leave') void socket.leave(data);
        acknowledge({ heard: data });
      });
    });
    const base = url(transport);
    const socket = open(base);
    t.teardown(() => socket.disconnect());

    t.equal(transport.name, name);

    await t.test('a packet is acknowledged', async (t) => {
      t.same(await socket.emitWithAck('say', { text: '你好', n: [1, null] }), {
        heard: { text: '你好', n: [1, null] },
      });
    });

    await t.test('a room hears what is told to it, in order, and no longer after leaving', async (t) => {
      const heard: unknown[] = [];
      const other = open(base);
      other.on('push', (data) => heard.push(data));
      await other.emitWithAck('join', 'device:d_1/owner');
      for (let i = 0; i < 10; i++) transport.io.to('device:d_1/owner').emit('push', i);
      transport.io.to('device:d_2/owner').emit('push', 'not for us');
      await other.emitWithAck('leave', 'device:d_1/owner');
      transport.io.to('device:d_1/owner').emit('push', 'too late');
      await other.emitWithAck('say', 'all that came before this has been heard');
      t.same(heard, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      other.disconnect();
    });

    await t.test('a page of a foreign origin is not let in', async (t) => {
      const evil = open(base, { origin: 'http://evil.example' });
      const [error] = (await once(evil as unknown as NodeJS.EventEmitter, 'connect_error')) as [Error];
      t.match(error.message, 'websocket error');
    });

    await t.test('a packet above 64 KB closes the connection, and no other', async (t) => {
      const big = open(base);
      await once(big as unknown as NodeJS.EventEmitter, 'connect');
      big.emit('say', 'x'.repeat(70_000));
      await once(big as unknown as NodeJS.EventEmitter, 'disconnect');
      t.same(await socket.emitWithAck('say', 1), { heard: 1 });
    });

    await t.test('binary and broken packets close the connection, and no other', async (t) => {
      for (const packet of [
        '451-["say",{"_placeholder":true,"num":0}]',
        '42["say"',
        '42{"no":"array"}',
        '4x',
        '42[5]',
      ]) {
        const bad = open(base);
        await once(bad as unknown as NodeJS.EventEmitter, 'connect');
        (bad.io.engine as unknown as { transport: { ws: { send(text: string): void } } }).transport.ws.send(packet);
        await once(bad as unknown as NodeJS.EventEmitter, 'disconnect');
      }
      t.same(await socket.emitWithAck('say', 2), { heard: 2 });
    });

    await t.test('HTTP reaches the routes with body, query and address', async (t) => {
      const response = await fetch(`${base}/echo?a=1`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text: 'ü'.repeat(1_000) }),
      });
      t.same(await response.json(), { body: { text: 'ü'.repeat(1_000) }, ip: '127.0.0.1', query: { a: '1' } });
      t.equal(await (await fetch(`${base}/asked`)).text(), '/asked');
      const headers = await fetch(`${base}/header`, { headers: { 'x-one': 'one' } });
      t.equal(await headers.text(), 'one');
      t.equal(headers.headers.get('x-two'), 'a, b');
      t.equal((await (await fetch(`${base}/big`)).text()).length, 1_000_000);
    });

    await t.test('HEAD has the length and no body', async (t) => {
      const response = await fetch(`${base}/big`, { method: 'HEAD' });
      t.equal(response.headers.get('content-length'), '1000000');
      t.equal(await response.text(), '');
    });

    await t.test('a body above 64 KB is refused, and a path that is not there is not found', async (t) => {
      const response = await fetch(`${base}/echo`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify('x'.repeat(200_000)),
      });
      t.equal(response.status, 413);
      t.equal((await fetch(`${base}/nothing`)).status, 404);
    });

    await t.test('a port that is taken is said in one line', async (t) => {
      await t.rejects(listen(name, options({ port: transport.address.port })), CannotListen);
    });

    await t.test('what waits for a slow reader is bounded', async (t) => {
      const slow = await slowReader(transport);
      await slow.join('flood');
      const line = 'x'.repeat(16_000);
      for (let i = 0; i < 4_000 && slow.connected(); i++) {
        transport.io.to('flood').emit('push', { line });
        if (transport.bufferedBytes(slow.socket) > 300_000) break;
        if (i % 16 === 0) await new Promise(setImmediate);
      }
      // uWebSockets.js closes it by itself; over ws the gateway looks at the number and closes it.
      if (name === 'uws') t.notOk(slow.connected());
      else t.ok(transport.bufferedBytes(slow.socket) > 300_000);
      slow.close();
    });

    await t.test('a silent client is closed by the heartbeat', async (t) => {
      const brief = await listen(name, options({ pingIntervalMs: 50, pingTimeoutMs: 50 }));
      t.teardown(() => brief.close());
      const reason = new Promise((resolve) => {
        brief.io.on('connection', (one) => one.on('disconnect', resolve));
      });
      const silent = await slowReader(brief);
      t.equal(await reason, 'ping timeout');
      silent.close();
    });

    await t.test(
      'no more connections are held than fit',
      { skip: name === 'uws' && 'it cannot count them' },
      async (t) => {
        const brief = await listen(name, options({ maxConnections: 2 }));
        t.teardown(() => brief.close());
        const { port } = brief.address;
        const held = [tcp(port, '127.0.0.1'), tcp(port, '127.0.0.1')];
        await Promise.all(held.map((socket) => once(socket, 'connect')));
        const third = tcp(port, '127.0.0.1');
        await once(third, 'close');
        for (const socket of held) socket.destroy();
      },
    );

    await t.test('closing twice is one closing', async (t) => {
      const brief = await listen(name, options());
      const closing = brief.close();
      await closing;
      t.equal(brief.close(), closing);
    });

    await t.test('closing ends every socket and frees the port', async (t) => {
      // Asked for by number, because a port that the system chose is not shared with the connections it leaves.
      const port = await freePort();
      const brief = await listen(name, options({ port }));
      const held = open(url(brief));
      await once(held as unknown as NodeJS.EventEmitter, 'connect');
      const gone = once(held as unknown as NodeJS.EventEmitter, 'disconnect');
      await brief.close();
      await gone;
      const again = await listen(name, options({ port }));
      t.equal(again.address.port, port);
      await again.close();
    });
  });
}

t.test('auto takes uWebSockets.js where it has a binary for this Node, and ws where not', async (t) => {
  const transport = await listen('auto', options());
  t.equal(transport.name, uwsIsHere() ? 'uws' : 'node');
  await transport.close();
});

t.test('asked for by name where it has no binary, it is refused, and the way out is named', async (t) => {
  const { modules } = process.versions;
  t.teardown(() => Object.defineProperty(process.versions, 'modules', { value: modules }));
  Object.defineProperty(process.versions, 'modules', { value: '1', configurable: true });
  await t.rejects(listen('uws', options()), { message: /no binary for this Node; use BACKSEAT_TRANSPORT=node$/ });
  const transport = await listen('auto', options());
  t.equal(transport.name, 'node');
  await transport.close();
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** A websocket client that has connected and reads no more. */
async function slowReader(transport: Transport) {
  const connected = new Promise<GatewaySocket>((resolve) => {
    transport.io.once('connection', resolve);
  });
  const raw = tcp(transport.address.port, '127.0.0.1');
  raw.on('error', () => undefined);
  raw.write(
    'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  await once(raw, 'data');
  // `40`: connect to the main namespace; a masked text frame with the mask 0.
  raw.write(Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x34, 0x30]));
  const socket = await connected;
  raw.pause();
  return {
    socket,
    join: (room: string) => socket.join(room),
    connected: () => socket.connected,
    close: () => raw.destroy(),
  };
}
