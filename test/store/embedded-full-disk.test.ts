import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import t from 'tap';

import { openEmbedded } from '../../src/store/embedded/index.js';
import { entryOf, run, short } from './support/entries.js';

const child = fileURLToPath(new URL('support/fill-disk.ts', import.meta.url));

/** Without a handler a write beyond the limit ends the process; with one it fails, as on a full disk. */
const handled = "--import=data:text/javascript,process.on('SIGXFSZ',()=>undefined)";

/** Runs the child with files of at most `kibibytes`. */
async function fill(folder: string, kibibytes: number): Promise<unknown> {
  const limited = `ulimit -f ${kibibytes}; exec "$@"`;
  const node = [process.execPath, handled, '--import=tsx/esm'];
  const { stdout } = await promisify(execFile)('bash', ['-c', limited, 'bash', ...node, child, folder]);
  return JSON.parse(stdout);
}

t.test('ENGINE 2: when the disk refuses nothing is acknowledged any more, and with room it goes on', async (t) => {
  const folder = t.testdir();
  const heard = (await fill(folder, 2048)) as { acknowledged: number };
  t.match(heard, { first: 'StoreFailed', queued: Array(2).fill('StoreFailed'), others: Array(7).fill('StoreFailed') });
  t.ok(heard.acknowledged > 0 && heard.acknowledged % 50 === 0, `${heard.acknowledged} were acknowledged before`);

  const store = await openEmbedded(folder, { collections: [] });
  t.teardown(() => store.close());
  t.match(store.warnings, [/not stopped in order/]);
  const entries = await store.journal.read('a:1', 0, 1_000_000);
  t.same(
    entries,
    run('a:1', 1, heard.acknowledged).map(({ entry }) => entry),
    'all that was acknowledged, and no more',
  );
  t.equal(await store.journal.find('a:1', entryOf('a:1', heard.acknowledged + 1).commandId), undefined);
  t.same(short(await store.journal.append(run('a:1', heard.acknowledged + 1, heard.acknowledged + 1))), ['stored']);
});
