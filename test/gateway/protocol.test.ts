import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import t from 'tap';

import { readSettings } from '../../src/config.js';
import { createLog } from '../../src/gateway/log.js';
import { startServer } from '../../src/server.js';
import { ADMIN } from '../support/house.js';
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
  t.teardown(() => server.close());

  const code = samples.join('\n').replace("'http://localhost:3000'", `'${server.url}'`);
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
});
