import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import t from 'tap';

import { readSettings } from '../../src/config.js';
import { createLog } from '../../src/gateway/log.js';
import { startServer } from '../../src/server.js';
import { ADMIN } from '../support/house.js';
import { answerBreaks, watchPushes } from '../support/held.js';
import { root } from '../support/pages.js';

/** What the page's samples leave behind. */
interface Left {
  readonly page: { readonly slots: readonly { readonly left: number }[] };
  readonly total: number;
  readonly reported: { readonly state: string };
  readonly settled: { readonly amount: number; readonly refunded: number };
  readonly home: {
    readonly slots: readonly { readonly count: number }[];
    readonly counters: { readonly settled: number };
  };
  readonly left: { readonly balances: Readonly<Record<string, number>> };
}

t.test('the samples of docs/protocol.md claim a device, fill it, sell and settle', async (t) => {
  const page = readFileSync(join(root, 'docs/protocol.md'), 'utf8');
  const samples = [...page.matchAll(/^```js\n(.*?)^```$/gms)].map(([, sample = '']) => sample);
  t.ok(samples.length > 8);

  const folder = t.testdir();
  const settings = {
    ...readSettings({ BACKSEAT_HOST: '127.0.0.1', BACKSEAT_PORT: '0', BACKSEAT_ADMIN_PASSWORD: ADMIN.password }),
    ...{ dataFolder: join(folder, 'data'), hashMemoryKiB: 8, hashPasses: 1 },
  };
  const server = await startServer(settings, {
    failed: (error) => {
      throw error;
    },
    log: createLog('silent'),
  });
  watchPushes(server.system, (problem) => t.fail(problem));
  t.teardown(() => server.close());

  const held = (name: string, value: unknown) => {
    const wrong = answerBreaks(name, value);
    if (wrong !== undefined) t.fail(`${name} answers what it does not declare: ${wrong}`);
    return value;
  };
  Object.assign(globalThis, { held });
  const written = samples.join('\n').replaceAll('return ack.value;', 'return held(name, ack.value);');
  t.ok(written.includes('held('), 'each answer is held to its declaration');
  const code = written.replace("'http://localhost:3000'", `'${server.url}'`);
  t.ok(code.includes(server.url), 'the samples speak to this server');
  const file = join(folder, 'samples.mjs');
  writeFileSync(file, `${code}\nexport { page, total, reported, settled, home, left };\n`);
  const left = (await import(pathToFileURL(file).href)) as Left;

  t.match(left.page, { slots: [{ left: 5 }] });
  t.equal(left.total, 700);
  t.match(left.reported, { state: 'settled' });
  t.match(left.settled, { amount: 700, refunded: 0 });
  t.match(left.home, { slots: [{ count: 3 }], counters: { settled: 1 } });
  t.same(left.left, { balances: { CNY: 300 } });

  await server.system.projected();
  const lists: readonly (readonly [string, string, readonly (readonly [string, object])[]])[] = [
    [
      ADMIN.name,
      ADMIN.password,
      [
        ['device.list', {}],
        ['device.list', { activated: true, search: 'BOX' }],
        ['restock.list', { state: 'picked_up' }],
        ['catalogue.list', {}],
        ['station.near', { lon: 121.3, lat: 31.2, radiusM: 20_000, lacking: ['pr_none'] }],
      ],
    ],
    [
      'wang',
      'password one',
      [
        ['restock.list', {}],
        ['wallet.statement', {}],
        ['sale.list', {}],
        ['device.list', {}],
      ],
    ],
    [
      'operator',
      'password two',
      [
        ['restock.list', {}],
        ['wallet.statement', {}],
      ],
    ],
    [
      'li',
      'password three',
      [
        ['sale.list', {}],
        ['wallet.statement', {}],
      ],
    ],
  ];
  const post = async (name: string, input: object, headers: Record<string, string>) => {
    const body = JSON.stringify(input);
    const sent = { 'content-type': 'application/json', ...headers };
    const response = await fetch(`${server.url}/api/v1/${name}`, { method: 'POST', headers: sent, body });
    return ((await response.json()) as { value: { access: string; items?: object[] } }).value;
  };
  for (const [name, password, questions] of lists) {
    const { access } = await post('auth.logIn', { name, password }, { 'idempotency-key': name });
    for (const [request, input] of questions) {
      const value = await post(request, input, { authorization: `Bearer ${access}` });
      t.equal(answerBreaks(request, value), undefined, `${name} ${request}`);
      if (value.items) t.ok(value.items.length > 0, `${name} ${request} lists something`);
      // A driver and a passenger meet only through the device; a station knows a driver by what he is called.
      if (name === 'wang') t.notMatch(JSON.stringify(value), /"p_/);
      if (name === 'li' || name === 'operator') t.notMatch(JSON.stringify(value), /"dr_/);
    }
  }
});
