/**
 * Bytes and packets that no client sends, over both transports: whoever sends them is refused or closed, and a
 * passenger beside them is answered as before. Rerun with SEED; more of it with RUNS.
 */
import fc, { type Arbitrary } from 'fast-check';
import t from 'tap';

import type { Ack } from '../../../src/gateway/answer.js';
import { openHouse } from '../../support/house.js';
import { notHere } from '../../support/transports.js';
import { until } from '../../support/until.js';
import { hostile } from './hostile.js';
import { Line, open, say, UPGRADE } from './wire.js';

const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const runs = Number(process.env['RUNS'] ?? 60);

const deep = '['.repeat(30_000) + ']'.repeat(30_000);
const page = '42["device.page",{"input":{"device":"d_none"}}]';

/** Packets of socket.io, right and wrong, and texts that are neither. */
const packet: Arbitrary<string | Uint8Array> = fc.oneof(
  fc.constantFrom(
    '40',
    '40{}',
    '41',
    '42[]',
    '43[]',
    '430[1]',
    '44{}',
    '45-["x"]',
    '2',
    '3',
    '5',
    '6',
    '1',
    '2probe',
    '0{}',
  ),
  fc.constantFrom('40/admin,{}', '42/admin,["x"]', '420["disconnect"]', '42["connect"]', '42["__proto__",{}]', page),
  fc.constantFrom(
    `42["sale.place",${deep}]`,
    '42["constructor",{"id":"a","input":{}}]',
    '42999999999999999["device.page",{}]',
  ),
  fc.tuple(fc.constantFrom('42', '421', '40', '43'), hostile).map(([head, value]) => head + JSON.stringify(value)),
  fc
    .tuple(fc.constantFrom('auth.logIn', 'device.page', 'stream.follow', 'toString'), hostile)
    .map(([name, value]) => `421${JSON.stringify([name, value])}`),
  fc
    .tuple(fc.nat({ max: page.length }), fc.string({ unit: 'binary', maxLength: 3 }))
    .map(([at, put]) => page.slice(0, at) + put + page.slice(at + 1)),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.uint8Array({ maxLength: 200 }),
);

/** Requests of HTTP with their parts mixed up, and bytes behind the upgrade to a websocket. */
const bytes: Arbitrary<Buffer> = fc.oneof(
  fc
    .record({
      method: fc.constantFrom('GET', 'POST', 'PUT', 'TRACE', 'CONNECT', 'get', 'G\u0000T', ''),
      path: fc.constantFrom(
        '/',
        '/api/v1/device.page',
        '/../../etc/passwd',
        '//',
        '*',
        '/%00',
        '/%zz',
        `/${'a'.repeat(9_000)}`,
      ),
      version: fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/9.9', ''),
      headers: fc.array(
        fc.constantFrom(
          ...['content-length: 5', 'content-length: -1', 'content-length: 99999999999', 'transfer-encoding: chunked'],
          ...[
            'content-type: application/json',
            'host: x',
            'host: ',
            ': x',
            'x',
            'expect: 100-continue',
            'upgrade: websocket',
          ],
          ...[
            `x: ${'y'.repeat(20_000)}`,
            'authorization: Bearer ..',
            'authorization: Basic %',
            'x\u0000: 1',
            'connection: upgrade',
          ],
        ),
        { maxLength: 5 },
      ),
      body: fc.oneof(
        fc.constantFrom('', '5\r\nhello\r\n0\r\n\r\n', 'fffffffff\r\n', '{"a":', deep),
        fc.string({ unit: 'binary' }),
      ),
    })
    .map(({ method, path, version, headers, body }) =>
      Buffer.from(`${[`${method} ${path} ${version}`, ...headers].join('\r\n')}\r\n\r\n${body}`),
    ),
  fc.uint8Array({ maxLength: 300 }).map((frame) => Buffer.concat([Buffer.from(UPGRADE), frame])),
  fc.uint8Array({ maxLength: 300 }).map((noise) => Buffer.from(noise)),
);

for (const transport of ['uws', 'node'] as const) {
  t.test(`${transport} (SEED=${seed})`, { skip: notHere(transport) }, async (t) => {
    const settings = { transport, addressRate: 1e6, addressBurst: 1e6, guestsPerAddress: 1_000, guestMs: 3_600_000 };
    const house = await openHouse(t, { settings });
    const { url } = house;
    const passenger = await house.socket();
    const isAnswered = async (): Promise<void> => {
      const ack = (await passenger.timeout(10_000).emitWithAck('device.page', { input: { device: 'd_none' } })) as Ack;
      if (ack.ok || ack.error.code !== 'unknown_device') throw new Error(`the passenger hears ${JSON.stringify(ack)}`);
    };

    await t.test('any packets leave others undisturbed', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(packet, { minLength: 1, maxLength: 8 }), fc.boolean(), async (packets, inside) => {
          const line = await Line.open(url);
          if (inside) line.send('40');
          line.send(...packets);
          await isAnswered();
          line.end();
          await line.closed;
        }),
        { seed, numRuns: runs },
      );
    });

    await t.test('any bytes leave others undisturbed', async () => {
      await fc.assert(
        fc.asyncProperty(bytes, async (sent) => {
          await Promise.all([say(url, sent, { firstMs: 20, nextMs: 20 }), isAnswered()]);
          await isAnswered();
        }),
        { seed, numRuns: runs },
      );
    });

    await t.test('nesting beyond measure is bad input on a socket and over HTTP', async (t) => {
      const line = await Line.open(url);
      line.send('40');
      await until('it is let in', () => line.heard.some((text) => text.startsWith('40')));
      line.send(`427["device.page",{"input":${deep}}]`);
      await until('it is answered', () => line.heard.some((text) => text.startsWith('437')));
      t.match(
        line.heard.find((text) => text.startsWith('437')),
        /bad_input/,
      );
      line.end();
      const response = await fetch(`${url}/api/v1/device.page`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: deep,
      });
      t.equal(response.status, 400);
    });

    await t.test('names of JavaScript’s own are no requests, no streams and no fields', async (t) => {
      for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
        const asked = (await passenger.emitWithAck(name, { id: 'a', input: {} })) as Ack;
        t.match(asked, { error: { code: 'unknown_command' } }, name);
        const followed = (await passenger.emitWithAck('stream.follow', {
          input: { stream: `${name}:x/${name}` },
        })) as Ack;
        t.match(followed, { error: { code: 'unknown_stream' } }, name);
        const { status } = await fetch(`${url}/api/v1/device.page`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: `{"device":"d_1","${name}":{"admin":true}}`,
        });
        t.equal(status, 400, `${name} as a field`);
      }
    });

    await t.test('a request that two servers would read in two ways is not taken', async (t) => {
      const head = 'POST /api/v1/device.page HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
      const inner = 'GET /health HTTP/1.1\r\nhost: x\r\n\r\n';
      for (const both of [
        `${head}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${inner}`,
        `${head}content-length: 5\r\ncontent-length: 6\r\n\r\n{"a":1}`,
      ]) {
        const answer = await say(url, both);
        t.notMatch(answer, /HTTP\/1\.1 200/, answer.slice(0, 200));
      }
    });

    await t.test('files beside the pages are not served', async (t) => {
      for (const path of [
        '/../package.json',
        '/..%2f..%2fetc/passwd',
        '/%2e%2e/%2e%2e/etc/passwd',
        '/assets/../../package.json',
      ]) {
        const answer = await say(url, `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
        t.match(answer, /^HTTP\/1\.1 (4\d\d|301)/, path);
        t.notMatch(answer, /root:|"name": "backseat"/, path);
      }
    });

    await t.test('connections that are opened and left alone take nobody’s place', async () => {
      const idle = await Promise.all(Array.from({ length: 100 }, () => open(url)));
      const silent = await Promise.all(Array.from({ length: 100 }, () => Line.open(url)));
      await isAnswered();
      for (const socket of idle) socket.destroy();
      for (const line of silent) line.end();
      await Promise.all(silent.map(({ closed }) => closed));
    });

    await t.test('nothing of the strangers is left', async () => {
      await until('one socket is left', async () => {
        const metrics = await (await fetch(`${url}/metrics`)).text();
        const sockets = [...metrics.matchAll(/^backseat_sockets\{.*\} (\d+)$/gm)].reduce(
          (sum, [, n]) => sum + Number(n),
          0,
        );
        return sockets === 1;
      });
    });
  });
}
