import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import t from 'tap';

import { checkBackup } from '../../src/jobs/backup/check.js';
import { restore } from '../../src/jobs/backup/restore.js';
import { readerOf } from '../../src/jobs/stopped.js';
import { verify } from '../../src/jobs/verify/index.js';
import { collections } from '../../src/node/collections.js';
import { restoreEmbedded } from '../../src/store/embedded/index.js';
import { SHARDS } from '../../src/store/ports.js';
import { collect } from '../store/support/entries.js';
import { seeded } from '../store/support/clock.js';
import { backUp, definitions, letFinish, openIn, restoreFrom, storeWith } from './backup-files.js';
import { City } from './verify-city.js';
import { journalWith } from '../support/journal.js';

const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** Two days of a city that still has something to do. */
const lived = City.live(true);
const into = (folder: string) => (sum: string) => restoreEmbedded(folder, { collections }, sum);
const everything = { from: 0, to: SHARDS };

t.test(
  'what was backed up is restored under a new id: entries, states, views, and what is still to be done',
  async (t) => {
    const { entries, clock } = await lived;
    const folder = t.testdir({});
    const store = await storeWith(t, join(folder, 'first'), entries);
    const path = await backUp(store, folder);
    const restored = await restoreFrom(path, into(join(folder, 'second')));
    const second = await openIn(t, join(folder, 'second'));
    t.equal(second.id, restored.id);
    t.not(second.id, store.id);
    t.same(await collect(second.journal.scan()), await collect(store.journal.scan()));
    t.same(second.warnings, []);

    const read = readerOf(second, definitions, clock.now());
    const report = await verify({ journal: second.journal, views: second.views, read });
    t.same(report.differences, []);
    t.ok((report.checked['view rows'] ?? 0) > 5, 'the views are there');
    t.ok((report.checked['states'] ?? 0) > 5);
    t.ok(restored.open > 0);
    t.equal(restored.open, report.checked['open promises'], 'what is open is found, and nothing else');
    t.same(restored.unreadable, []);

    const woken = await second.journal.due(everything, Number.MAX_SAFE_INTEGER, 1_000);
    const snapshots = await Promise.all(woken.map(({ actor }) => second.snapshots.latest(actor)));
    const open = snapshots.flatMap((one) => (JSON.parse(one!.body) as { open: [string, { due: number }][] }).open);
    t.equal(open.length, restored.open, 'each open promise is behind a marker');
    t.equal(woken[0]?.wake, Math.min(...open.map(([, { due }]) => due)));
  },
);

t.test('an actor of a restored store goes on: its timers fall due, its promises are kept', async (t) => {
  const { entries, clock } = await lived;
  const folder = t.testdir({});
  const path = await backUp(await storeWith(t, join(folder, 'first'), entries), folder);
  await restoreFrom(path, into(join(folder, 'second')));
  const store = await openIn(t, join(folder, 'second'));
  // A day later all that was open is overdue.
  const now = clock.now() + 24 * 3_600_000;
  const report = await letFinish(store, now, () => verify({ journal: store.journal }));
  t.equal(report.checked['open promises'], 0, 'nothing is left open');
  t.ok((report.checked['entries'] ?? 0) > entries.length);
  t.same(report.differences, []);
});

t.test(`seed ${seed}: a file that is cut, altered or something else is told in one line`, async (t) => {
  const { entries } = await lived;
  const folder = t.testdir({});
  const path = await backUp(await storeWith(t, join(folder, 'first'), entries), folder);
  const whole = readFileSync(path);
  const { sum } = await checkBackup(path);
  const text = gunzipSync(whole).toString();
  const file = join(folder, 'bad.backup');
  const says = async (bytes: Buffer | string, message: RegExp, what: string) => {
    writeFileSync(file, bytes);
    const error = await checkBackup(file).then(
      () => new Error('it was taken'),
      (cause: unknown) => cause as Error,
    );
    t.match(error, { name: 'BadBackup', message }, what);
    t.ok(error.message.startsWith(file) && !error.message.includes('\n'), `${what}: one line that names it`);
  };
  const packed = (changed: string) => gzipSync(changed);
  const lines = text.split('\n');
  await says('', /is cut/, 'empty');
  await says('id,name\n', /is no backup/, 'a table');
  await says(packed('id,name\n'), /is no backup of Backseat$/, 'a packed table');
  await says(whole.subarray(0, -1), /is cut/, 'without its last byte');
  await says(packed(lines.slice(0, -2).join('\n') + '\n'), /is cut/, 'without its trailer');
  await says(packed(lines.slice(0, 9).concat(lines.slice(10)).join('\n')), /was altered/, 'without one line');
  await says(packed(`${text}more\n`), /something stands behind its end/, 'with a line more');
  await says(packed(text.replace('CNY', 'EUR')), /was altered: entry \d+ of .* is damaged/, 'with another word');
  const { seal } = await import('../../src/store/codec.js');
  const header = JSON.parse(lines[0]!.slice(lines[0]!.indexOf('{'))) as object;
  const other = [seal(JSON.stringify({ ...header, format: 2 })), ...lines.slice(1)].join('\n');
  await says(packed(other), /is of format 2, this release reads format 1/, 'of another release');
  const dated = [seal(JSON.stringify({ ...header, at: 1 })), ...lines.slice(1)].join('\n');
  await says(packed(dated), /its checksum does not fit/, 'with another header');

  const random = seeded(seed);
  for (let i = 0; i < 60; i++) {
    const bytes = Buffer.from(whole);
    const at = Math.floor(random() * bytes.length);
    bytes[at] = bytes[at]! ^ (1 << Math.floor(random() * 8));
    writeFileSync(file, i % 2 ? bytes : whole.subarray(0, at));
    const read = await checkBackup(file).catch((error: unknown) => error as Error);
    // Some bits of gzip's own header mean nothing.
    const told = read instanceof Error ? read.name === 'BadBackup' : read.sum === sum;
    if (!told) t.fail(`byte ${at} of try ${i} was not noticed`);
  }
});

t.test('a long file is read in slices, and the same messages are found open', async (t) => {
  const { entries } = await lived;
  const folder = t.testdir({});
  const some = entries.filter(({ actor }) => actor !== 'wallet:dr_1');
  const path = await backUp(await storeWith(t, join(folder, 'first'), some), folder);
  const once = await checkBackup(path);
  t.ok(once.unhandled.size > 0);
  t.same(await checkBackup(path, { remembered: 20 }), once);
});

t.test('a restore that was killed leaves a store that nobody opens; run again, it goes on', async (t) => {
  const { entries } = await lived;
  const folder = t.testdir({});
  const first = await storeWith(t, join(folder, 'first'), entries);
  const path = await backUp(first, folder);
  const checked = await checkBackup(path);
  const target = join(folder, 'second');
  const store = await into(target)(checked.sum);
  const journal = journalWith(store.journal, {
    append: async (items) => {
      await store.journal.append(items.slice(0, 30));
      throw new Error('killed');
    },
  });
  const some = { journal, snapshots: store.snapshots, views: store.views };
  await t.rejects(restore({ path, checked, definitions, store: some }), { message: 'killed' });
  await store.close();

  await t.rejects(openIn(t, target), { name: 'StoreUnavailable', message: /^the store in .* is half restored: run/ });
  await t.rejects(into(target)('another'), { name: 'StoreUnavailable', message: /half restored/ });
  await restoreFrom(path, into(target));
  const second = await openIn(t, target);
  t.same(await collect(second.journal.scan()), await collect(first.journal.scan()));
  await second.close();
  await t.rejects(into(target)(checked.sum), {
    name: 'StoreUnavailable',
    message: /^there is a store in .*; restore into/,
  });
});

t.test('a store whose journal is damaged is not backed up, and the entry is named', async (t) => {
  const { entries } = await lived;
  const folder = t.testdir({});
  const store = await storeWith(t, join(folder, 'first'), entries);
  const journal = journalWith(store.journal, {
    page: async (...range) => {
      const page = await store.journal.page(...range);
      return page.filter(({ actor, seq }) => actor !== 'device:d_1' || seq !== 5);
    },
  });
  await t.rejects(backUp({ ...store, journal }, folder), {
    name: 'StoreDamaged',
    message: 'entry 5 of device:d_1 is missing',
  });
});

t.test('an actor that this release cannot read keeps its entries, and is found by whoever serves', async (t) => {
  const { entries } = await lived;
  const folder = t.testdir({});
  const path = await backUp(await storeWith(t, join(folder, 'first'), entries), folder);
  const checked = await checkBackup(path);
  const store = await into(join(folder, 'second'))(checked.sum);
  const known = definitions.filter(({ kind }) => kind !== 'device');
  const { unreadable } = await restore({ path, checked, definitions: known, store });
  t.same(unreadable, ['device:d_1', 'device:d_2']);
  t.ok(
    (await store.journal.due(everything, Number.MAX_SAFE_INTEGER, 1_000)).some(({ actor }) => actor === 'device:d_1'),
  );
  t.equal((await collect(store.journal.scan())).length, entries.length);
  await store.finish();
  await store.close();
});
