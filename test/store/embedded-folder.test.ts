import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';

import t from 'tap';

import { openEmbedded } from '../../src/store/embedded/index.js';
import { StoreUnavailable } from '../../src/store/ports.js';

const options = { collections: [] };

t.test('a folder that another process holds is refused in one line, and opens when that has gone', async (t) => {
  const folder = t.testdir();
  await (await openEmbedded(folder, options)).close();
  const holder = spawn(process.execPath, [
    '--input-type=module',
    '--eval',
    `import { ClassicLevel } from 'classic-level';
     await new ClassicLevel(${JSON.stringify(join(folder, 'level'))}).open();
     console.log('held');
     process.stdin.resume();`,
  ]);
  t.teardown(() => holder.kill('SIGKILL'));
  await once(holder.stdout, 'data');
  const refusal = new StoreUnavailable(`the data folder ${folder} is in use by another process`);
  await t.rejects(openEmbedded(folder, options), refusal);
  holder.stdin.end();
  await once(holder, 'exit');
  await (await openEmbedded(folder, options)).close();
});

t.test('a folder that this process holds already is refused', async (t) => {
  const folder = t.testdir();
  const store = await openEmbedded(folder, options);
  t.teardown(() => store.close());
  await t.rejects(openEmbedded(folder, options), { name: 'StoreUnavailable', message: /in use/ });
});

t.test('a folder that cannot be made is refused in one line', async (t) => {
  const folder = join(t.testdir({ file: '' }), 'file', 'data');
  await t.rejects(
    openEmbedded(folder, options),
    new StoreUnavailable(`cannot write to the data folder ${folder}: ENOTDIR`),
  );
});

t.test('a folder that cannot be written is refused in one line', async (t) => {
  if (process.getuid?.() === 0) {
    t.pass('not told apart', { skip: 'root may write everywhere' });
    return;
  }
  const folder = t.testdir();
  await chmod(folder, 0o500);
  t.teardown(() => chmod(folder, 0o700));
  await t.rejects(openEmbedded(folder, options), { name: 'StoreUnavailable', message: /cannot write to .*: EACCES/ });
});

t.test('a store keeps its id, and each has another', async (t) => {
  const folder = t.testdir({ one: {}, two: {} });
  const ids: string[] = [];
  for (const name of ['one', 'one', 'two']) {
    const store = await openEmbedded(join(folder, name), options);
    ids.push(store.id);
    await store.close();
  }
  t.equal(ids[0], ids[1]);
  t.not(ids[0], ids[2]);
});

t.test('it tells what it takes of memory for what is not in a table yet, and nothing once it is closed', async (t) => {
  const store = await openEmbedded(t.testdir(), { collections: [{ name: 'things', indexes: [] }] });
  const before = store.buffers();
  const text = 'x'.repeat(100_000);
  await store.views.apply([{ collection: 'things', id: 'one', version: 1, fields: { text } }]);
  const grown = store.buffers() - before;
  t.ok(grown >= text.length && grown < 10 * text.length, `${grown} bytes`);
  await store.close();
  t.equal(store.buffers(), 0);
});
