import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';

import { Archives } from '../../src/jobs/archive/archives.js';
import { entriesIn, keepIn } from '../../src/jobs/archive/file.js';
import { archive, recastAll } from '../../src/jobs/archive/index.js';
import { checkBackup } from '../../src/jobs/backup/check.js';
import { restore } from '../../src/jobs/backup/restore.js';
import { readerOf } from '../../src/jobs/stopped.js';
import { verify, type VerifyReport } from '../../src/jobs/verify/index.js';
import { rebuildView } from '../../src/jobs/views.js';
import { collections } from '../../src/node/collections.js';
import { restoreEmbedded } from '../../src/store/embedded/index.js';
import { SHARDS, type Head, type Store } from '../../src/store/ports.js';
import { journalWith } from '../support/journal.js';
import { collect } from '../store/support/entries.js';
import { backUp, definitions, letFinish, openIn, restoreFrom, storeWith } from './backup-files.js';
import { City } from './verify-city.js';

/** Two days of a city that still has something to do. */
const lived = City.live(true);

/** That city in a folder, as a node leaves it: each actor has a snapshot, what is open has a marker. */
async function aged(t: Test): Promise<{ store: Store; folder: string; now: number }> {
  const { entries, clock } = await lived;
  const folder = t.testdir({});
  const first = await storeWith(t, join(folder, 'first'), entries);
  await restoreFrom(await backUp(first, folder), (sum) => restoreEmbedded(join(folder, 'shop'), { collections }, sum));
  await first.close();
  return { store: await openIn(t, join(folder, 'shop')), folder, now: clock.now() };
}

function archiveTo(file: string, store: Store, before: number) {
  return archive({ store, definitions, before }, keepIn(file, { store: store.id, at: 1, before }));
}

function auditOf(store: Store, now: number, ...files: string[]): Promise<VerifyReport> {
  const { journal, views } = store;
  const read = readerOf(store, definitions, now);
  return verify({ journal, views, read, archives: new Archives(files) });
}

t.test('what is old goes to the file, and the audit finds no difference with it', async (t) => {
  const { store, folder, now } = await aged(t);
  const file = join(folder, 'old.archive');
  const whole = await collect(store.journal.scan());
  const { chosen, changed, bytes } = await archiveTo(file, store, now + 1);
  t.equal(changed, chosen.entries);
  const left = Object.values(chosen.left).reduce((sum, n) => sum + n, 0);
  t.equal(changed + left, whole.length, 'each is taken or left');
  t.ok(changed > whole.length / 2 && left > 0);
  t.ok(bytes.archived < bytes.whole / 2, `${bytes.archived} of ${bytes.whole} bytes are left`);

  const stored = await collect(store.journal.scan());
  t.equal(stored.filter(({ archived }) => archived).length, changed);
  t.same(await collect(new Archives([file]).whole(store.journal.scan())), whole, 'nothing is lost');
  const last = new Map(stored.map((entry) => [entry.actor, entry]));
  t.notOk(
    [...last.values()].some(({ archived }) => archived),
    'nobody’s last entry',
  );
  const marked = await store.journal.due({ from: 0, to: SHARDS }, Number.MAX_SAFE_INTEGER, 100);
  const at = ({ actor, seq }: Head) => stored.find((entry) => entry.actor === actor && entry.seq === seq);
  t.ok(marked.length > 0 && marked.every((marker) => at(marker)?.archived === undefined), 'none with a marker');

  const report = await auditOf(store, now, file);
  t.same(report.differences, []);
  t.equal(report.checked['entries'], whole.length);
  t.ok((report.checked['states'] ?? 0) > 5 && (report.checked['view rows'] ?? 0) > 5);

  const without = await auditOf(store, now);
  t.equal(without.found, 1);
  t.match(without.differences, [{ room: 'integrity', text: /^is archived: give all files .*--archive/ }]);
  t.equal(without.checked['archived entries'], changed);
});

t.test('only what is older than the date; a later run takes the rest, and both files are the whole', async (t) => {
  const { store, folder, now } = await aged(t);
  const [first, second] = [join(folder, 'first.archive'), join(folder, 'second.archive')];
  const whole = await collect(store.journal.scan());
  const before = whole.map(({ at }) => at).sort((a, b) => a - b)[Math.floor(whole.length / 2)]!;
  const { changed } = await archiveTo(first, store, before);
  const stored = await collect(store.journal.scan());
  t.ok(changed > 0 && stored.every(({ archived, at }) => archived === undefined || at < before));
  const rest = await archiveTo(second, store, now + 1);
  t.equal(rest.chosen.left['archived before'], changed);
  t.ok(rest.changed > 0);
  t.equal((await auditOf(store, now, second)).found, 1, 'one file is not enough');
  t.same((await auditOf(store, now, second, first)).differences, []);
  t.equal((await archiveTo(join(folder, 'third.archive'), store, now + 1)).changed, 0, 'and then there is nothing');
  t.throws(() => readFileSync(join(folder, 'third.archive')), 'nor a file');
});

t.test('a run that was interrupted is run again: what is in two files is the same twice', async (t) => {
  const { store, folder, now } = await aged(t);
  const [first, second] = [join(folder, 'first.archive'), join(folder, 'second.archive')];
  const journal = journalWith(store.journal, {
    recast: async (entries, form) => {
      await store.journal.recast(entries.slice(0, 20), form);
      throw new Error('killed');
    },
  });
  await t.rejects(archiveTo(first, { ...store, journal }, now + 1), { message: 'killed' });
  t.equal(
    (await collect(entriesIn(first))).some(({ archived }) => archived),
    false,
    'the first file is whole',
  );
  const { changed, chosen } = await archiveTo(second, store, now + 1);
  t.equal(chosen.left['archived before'], 20);
  t.equal(changed, (await collect(entriesIn(first))).length - 20);
  t.same((await auditOf(store, now, first, second)).differences, []);
});

t.test('nothing is taken away before it is in the file', async (t) => {
  const { store, folder, now } = await aged(t);
  const taken: number[] = [];
  const journal = journalWith(store.journal, {
    recast: async (entries, form) => {
      taken.push((await collect(entriesIn(join(folder, 'old.archive')))).length);
      return store.journal.recast(entries, form);
    },
  });
  const nowhere = archiveTo(join(folder, 'none', 'x.archive'), { ...store, journal }, now + 1);
  await t.rejects(nowhere, { code: 'ENOENT' });
  t.same(taken, [], 'no file, nothing taken');
  const { changed } = await archiveTo(join(folder, 'old.archive'), { ...store, journal }, now + 1);
  t.ok(taken.length > 0 && taken.every((count) => count === changed));
});

t.test('put back, everything is as it was', async (t) => {
  const { store, folder, now } = await aged(t);
  const whole = await collect(store.journal.scan());
  const file = join(folder, 'old.archive');
  const { changed } = await archiveTo(file, store, now + 1);
  t.match(await recastAll(store.journal, entriesIn(file), 'whole'), { changed });
  t.same(await collect(store.journal.scan()), whole);
  t.match(await recastAll(store.journal, entriesIn(file), 'whole'), { changed: 0 });
  t.same((await auditOf(store, now)).differences, []);
});

t.test('a view that has rows of archived entries is not rebuilt, and keeps them', async (t) => {
  const { store, folder, now } = await aged(t);
  const tools = { store, definitions, collections };
  const transfers = () => store.views.find({ collection: 'transfers', index: 'wallet', limit: 1_000 });
  const before = await transfers();
  t.ok(before.rows.length > 5);
  const file = join(folder, 'old.archive');
  await archiveTo(file, store, now + 1);
  t.equal(await rebuildView('transfers', tools), 'archived');
  t.same(await transfers(), before);
  await recastAll(store.journal, entriesIn(file), 'whole');
  t.equal(await rebuildView('transfers', tools), before.rows.length);
  t.same(await transfers(), before);
});

t.test('a backup is restored, whole, with the files of what was archived, and not without', async (t) => {
  const { store, folder, now } = await aged(t);
  const whole = await collect(store.journal.scan());
  const file = join(folder, 'old.archive');
  const { changed } = await archiveTo(file, store, now + 1);
  const path = await backUp(store, folder, 'later.backup');
  t.equal((await checkBackup(path)).missing, changed);
  const checked = await checkBackup(path, { archives: new Archives([file]) });
  t.equal(checked.missing, 0);
  const second = await restoreEmbedded(join(folder, 'second'), { collections }, checked.sum);
  const { open } = await restore({ path, checked, definitions, store: second });
  await second.finish();
  await second.close();
  const again = await openIn(t, join(folder, 'second'));
  t.same(await collect(again.journal.scan()), whole);
  const report = await auditOf(again, now);
  t.same(report.differences, []);
  t.equal(open, report.checked['open promises']);
  await t.rejects(checkBackup(file), { name: 'BadBackup', message: /is an archive: give it beside a backup/ });
  t.same((await auditOf(store, now, join(folder, 'shop.backup'))).differences, [], 'a backup of before does as well');
});

t.test('actors whose entries were archived go on: timers fall due, promises are kept, the books balance', async (t) => {
  const { store, folder, now: then } = await aged(t);
  const file = join(folder, 'old.archive');
  await archiveTo(file, store, then + 1);
  const now = then + 24 * 3_600_000;
  const report = await letFinish(store, now, () => verify({ journal: store.journal, archives: new Archives([file]) }));
  t.equal(report.checked['open promises'], 0);
  t.same((await auditOf(store, now, file)).differences, []);
});

t.test('a file that was cut, or is of another store, makes nothing whole', async (t) => {
  const { store, folder, now } = await aged(t);
  const file = join(folder, 'old.archive');
  const { changed } = await archiveTo(file, store, now + 1);
  const cut = join(folder, 'cut.archive');
  writeFileSync(cut, readFileSync(file).subarray(0, -20));
  await t.rejects(collect(entriesIn(cut)), { name: 'BadBackup', message: /is cut/ });
  await t.rejects(recastAll(store.journal, entriesIn(cut), 'whole'), { name: 'BadBackup' });
  t.equal((await collect(store.journal.scan())).filter(({ archived }) => archived).length, changed);
});

t.test('a file that is not there is told, also where nothing is archived', async (t) => {
  const { store, folder, now } = await aged(t);
  await t.rejects(auditOf(store, now, join(folder, 'none.archive')), { code: 'ENOENT' });
});
