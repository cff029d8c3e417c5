import { execFile } from 'node:child_process';
import { rmSync, truncateSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import t, { type Test } from 'tap';

import { openEmbedded } from '../../src/store/embedded/index.js';
import { keys } from '../../src/store/embedded/keys.js';
import { StoreDamaged, type Store } from '../../src/store/ports.js';
import { seeded } from './support/clock.js';
import { collect, entryOf, item, run, seqsOf, short } from './support/entries.js';
import { cut, filesOf, flip, imageOf, withLevel } from './support/folder.js';

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

const child = fileURLToPath(new URL('support/read-flipped.ts', import.meta.url));

/** How the child ended that did not end by itself. */
type Ended = Error & { readonly stdout: string; readonly signal: NodeJS.Signals | null };

/** Larger than a block of LevelDB's log, within which one flipped bit costs all that follows. */
const LARGE = 'x'.repeat(40_000);

async function open(t: Test, folder: string): Promise<Store> {
  const store = await openEmbedded(folder, { collections: [] });
  t.teardown(() => store.close());
  return store;
}

/** A closed store with entries 1 to `flushes` of a:1, one a flush, all still in LevelDB's log. */
async function flushed(t: Test, flushes: number): Promise<string> {
  const folder = t.testdir();
  const store = await open(t, folder);
  for (let seq = 1; seq <= flushes; seq += 1) await store.journal.append(run('a:1', seq, seq, { hash: LARGE }));
  await store.close();
  return folder;
}

const logOf = (folder: string) => filesOf(folder, 'log')[0]!;

t.test('a torn end is a warning that says how many flushes are missing; the rest stands and goes on', async (t) => {
  const folder = await flushed(t, 5);
  cut(logOf(folder), 41_000);
  const store = await open(t, folder);
  t.same(store.warnings, ['the end of the journal is torn: behind flush 3 2 acknowledged flushes are missing']);
  t.same(await seqsOf(store, 'a:1'), [1, 2, 3]);
  t.same(short(await store.journal.append(run('a:1', 4, 4))), ['stored']);
  await store.close();
  t.same((await open(t, folder)).warnings, [], 'it is told once');
});

t.test('a torn end is noticed after a power cut, too: the number of the last flush is written with each', async (t) => {
  const folder = t.testdir({ data: {} });
  const store = await open(t, join(folder, 'data'));
  for (let seq = 1; seq <= 3; seq += 1) await store.journal.append(run('a:1', seq, seq, { hash: LARGE }));
  const image = imageOf(join(folder, 'data'));
  cut(logOf(image), 41_000);
  t.match((await open(t, image)).warnings, [/torn: behind flush 1 2 acknowledged flushes are missing/]);
});

t.test('a flipped bit at the end of the log is a torn end', async (t) => {
  const folder = await flushed(t, 3);
  flip(logOf(folder), (await readFile(logOf(folder))).length - 10);
  const store = await open(t, folder);
  t.same(store.warnings, ['the end of the journal is torn: behind flush 2 1 acknowledged flush is missing']);
});

t.test(
  'a flipped bit in the middle of the log is a hole: the store does not open, and says where it lies',
  async (t) => {
    const folder = await flushed(t, 5);
    flip(logOf(folder), 100_000);
    const message = 'the journal has a hole: flushes between 2 and 5 are missing';
    await t.rejects(openEmbedded(folder, { collections: [] }), new StoreDamaged(message));
    await t.rejects(openEmbedded(folder, { collections: [] }), new StoreDamaged(message), 'and stays so');
  },
);

t.test('a hole is found among the last 1,024 flushes, of which alone the records are kept', async (t) => {
  const folder = t.testdir();
  const store = await open(t, folder);
  for (let seq = 1; seq <= 1030; seq += 1) await store.journal.append(run('a:1', seq, seq));
  await store.close();
  await withLevel(folder, async (level) => {
    const numbers = (await level.keys({ gt: 'f', lt: 'g' }).all()).map((key) => Number(key.slice(1)));
    t.same([numbers[0], numbers.at(-1), numbers.length], [7, 1030, 1024]);
    await level.del(keys.flush(7));
  });
  const first = new StoreDamaged('the journal has a hole: flushes between 6 and 8 are missing');
  await t.rejects(openEmbedded(folder, { collections: [] }), first);
});

t.test('a flush record that is not whole is damage', async (t) => {
  const folder = await flushed(t, 3);
  await withLevel(folder, async (level) => {
    await level.put(keys.flush(2), (await level.get(keys.flush(2)))!.replace('"entries":1', '"entries":0'));
  });
  const message = 'the journal is damaged: flush record 2 is not whole';
  await t.rejects(openEmbedded(folder, { collections: [] }), new StoreDamaged(message));
});

t.test(
  'after a power cut all that was acknowledged is there, and a warning says that the stop was not in order',
  async (t) => {
    const folder = t.testdir({ data: {} });
    const store = await open(t, join(folder, 'data'));
    await store.journal.append(run('a:1', 1, 3));
    const image = imageOf(join(folder, 'data'));
    const again = await open(t, image);
    t.same(await seqsOf(again, 'a:1'), [1, 2, 3]);
    t.match(again.warnings, [/not stopped in order/]);
    await again.close();
    const third = await open(t, image);
    t.same(third.warnings, []);
    await third.close();
    // It is never synced: the cut may take its bytes.
    const emptied = imageOf(join(folder, 'data'));
    truncateSync(join(emptied, 'flushed'), 0);
    t.match((await open(t, emptied)).warnings, [/not stopped in order/]);
  },
);

t.test('a flipped bit of an entry in a table is noticed when it is read, and its neighbours are sound', async (t) => {
  const folder = t.testdir();
  let store = await open(t, folder);
  const mark = 'Zx8QpL2vNc7RkT4w';
  await store.journal.append([...run('a:1', 1, 4), item(entryOf('a:1', 5, { hash: mark })), ...run('b:1', 1, 4)]);
  await store.close();
  await (await open(t, folder)).close();
  const table = filesOf(folder, 'ldb').find((file) => file)!;
  flip(table, (await readFile(table)).indexOf(mark));
  store = await open(t, folder);
  await t.rejects(store.journal.read('a:1', 0, 10), { name: 'DamagedEntry', actor: 'a:1', seq: 5 });
  t.same(await seqsOf(store, 'b:1'), [1, 2, 3, 4]);
});

/** Flips bits of the table at these places, one after the other, and tells how each was met. */
async function meetFlips(folder: string, places: readonly number[]): Promise<string[]> {
  const met: string[] = [];
  while (met.length < places.length) {
    const args = ['--import=tsx/esm', child, folder, ...places.slice(met.length).map(String)];
    const run = await promisify(execFile)(process.execPath, args).catch((error: unknown) => error as Ended);
    met.push(...run.stdout.split('\n').filter((word) => word !== ''));
    if (!('signal' in run)) continue;
    // Whatever else ended it is no answer to a flipped bit.
    if (run.signal !== 'SIGABRT') throw run;
    met.push('aborted');
  }
  return met;
}

t.test('wherever a bit of a table flips, no entry is ever given back altered', async (t) => {
  t.comment(`SEED=${seed}`);
  const random = seeded(seed);
  const data = join(t.testdir({ data: {} }), 'data');
  const written = await open(t, data);
  const entries = Array.from({ length: 30 }, (_, i) => `a:${i}` as const).flatMap((actor) => run(actor, 1, 4));
  await written.journal.append(entries);
  await written.close();
  const again = await open(t, data);
  t.equal((await collect(again.journal.scan())).length, entries.length);
  await again.close();
  const size = (await readFile(filesOf(data, 'ldb')[0]!)).length;
  const places = Array.from({ length: 40 }, () => Math.floor(random() * size));
  const met = await meetFlips(data, places);
  t.notOk(met.includes('altered'), met.join(' '));
  t.ok(met.includes('noticed'));
});

t.test('a damaged manifest does not open', async (t) => {
  const folder = await flushed(t, 1);
  const file = (await readFile(join(folder, 'level', 'CURRENT'), 'utf8')).trim();
  flip(join(folder, 'level', file), 20);
  await t.rejects(openEmbedded(folder, { collections: [] }), { name: 'StoreDamaged', message: /is damaged/ });
});

t.test('a database without its CURRENT file is not taken for a new one', async (t) => {
  const folder = await flushed(t, 1);
  rmSync(join(folder, 'level', 'CURRENT'));
  await t.rejects(openEmbedded(folder, { collections: [] }), StoreDamaged);
  t.equal(filesOf(folder, 'log').length, 1, 'what is there stays');
});

t.test('a database that lost its id, or is of another format, does not open', async (t) => {
  const folder = await flushed(t, 1);
  await withLevel(folder, (level) => level.put(keys.format, '1'));
  const other = { name: 'StoreDamaged', message: /has format 1; this release reads 2/ };
  await t.rejects(openEmbedded(folder, { collections: [] }), other);
  await withLevel(folder, (level) => level.batch([keys.format, keys.storeId].map((key) => ({ type: 'del', key }))));
  await t.rejects(openEmbedded(folder, { collections: [] }), { name: 'StoreDamaged', message: /lost its id/ });
});

t.test('a command key that names an entry of another command is damage', async (t) => {
  const folder = await flushed(t, 2);
  await withLevel(folder, (level) => level.put(keys.command('a:1', 'x:1'), '2'));
  const store = await open(t, folder);
  await t.rejects(store.journal.find('a:1', 'x:1'), { name: 'DamagedEntry', seq: 2 });
});
