import type { Test } from 'tap';

import { encodeEntry } from '../../../src/store/codec.js';
import { SHARDS, type Entry, type EntryCore } from '../../../src/store/ports.js';
import { collections, type Open } from '../conformance.js';
import { collect, entryOf, item, run, short } from '../support/entries.js';

/** What stays of an entry. */
function archivedOf({ actor, seq, epoch, commandId, type, hash, at, reply }: EntryCore) {
  return { actor, seq, epoch, commandId, type, hash, at, reply, archived: true };
}

const entries = (from: number, to: number): Entry[] => run('a:1', from, to).map(({ entry }) => entry);

/** Entries that are archived, and put back. */
export async function archiving(t: Test, open: Open): Promise<void> {
  t.test('of an archived entry the core is read, wherever it is read; others are whole', async (t) => {
    const { store } = await open(t, collections);
    const { journal } = store;
    const refused = entryOf('a:1', 4, { reply: { ok: false, error: { code: 'sold_out', message: 'none is left' } } });
    await journal.append([...run('a:1', 1, 3), item(refused), ...run('a:1', 5, 5), ...run('b:1', 1, 1)]);
    t.equal(await journal.recast([...entries(1, 2), refused], 'archived'), 3);
    const own = [...entries(1, 2).map(archivedOf), ...entries(3, 3), archivedOf(refused), ...entries(5, 5)];
    const all = [...own, entryOf('b:1', 1)];
    t.same(await journal.read('a:1', 0, 10), own);
    t.same(await collect(journal.scan()), all);
    t.same(await journal.page(undefined, 10), all);
    t.same(await journal.find('a:1', refused.commandId), archivedOf(refused));
    const handlings = [2, 3].map((seq) => ({ actor: 'a:1', commandId: entryOf('a:1', seq).commandId }) as const);
    t.same(await journal.findAll(handlings), own.slice(1, 3));
    t.same(await collect(journal.heads()), [
      { actor: 'a:1', seq: 5 },
      { actor: 'b:1', seq: 1 },
    ]);
  });

  t.test('S3: its keys stay taken: the same entry meets itself, another one meets it', async (t) => {
    const { store } = await open(t, collections);
    await store.journal.append(run('a:1', 1, 3));
    await store.journal.recast(entries(1, 2), 'archived');
    t.same(short(await store.journal.append(run('a:1', 1, 4))), ['met 1', 'met 2', 'met 3', 'stored']);
    t.same(short(await store.journal.append(run('a:1', 2, 2, { epoch: 'n_2/1', commandId: 'x:new' }))), ['met 2']);
    const repeat = entryOf('a:1', 5, { commandId: entryOf('a:1', 1).commandId });
    const [met] = await store.journal.append([item(repeat)]);
    t.same(met, { state: 'collided', met: archivedOf(entryOf('a:1', 1)) }, 'with the reply that it had');
    t.same(await store.journal.read('a:1', 0, 2), entries(1, 2).map(archivedOf), 'and is archived still');
  });

  t.test('put back it is what it was, and archived again likewise', async (t) => {
    const { store } = await open(t, collections);
    await store.journal.append(run('a:1', 1, 37));
    for (const round of [1, 2]) {
      t.equal(await store.journal.recast(entries(1, 36), 'archived'), 36, `round ${round}`);
      t.equal(await store.journal.recast(entries(1, 36), 'archived'), 0, 'once');
      t.equal(await store.journal.recast(entries(2, 36), 'whole'), 35);
      t.same(await store.journal.read('a:1', 1, 99), entries(2, 37));
      t.equal(await store.journal.recast(entries(1, 36), 'whole'), 1);
    }
    t.equal(await store.journal.recast([], 'archived'), 0);
  });

  t.test('one that stands there otherwise is let be, and one that does not stand there is not made', async (t) => {
    const { store } = await open(t, collections);
    await store.journal.append(run('a:1', 1, 2));
    const others = [entryOf('a:1', 1, { hash: 'ffff' }), entryOf('a:1', 2, { events: [] }), ...entries(3, 3)];
    t.equal(await store.journal.recast([...others, entryOf('z:1', 1)], 'archived'), 0);
    t.same(await store.journal.read('a:1', 0, 9), entries(1, 2));
    await store.journal.recast(entries(1, 2), 'archived');
    t.equal(await store.journal.recast([entryOf('a:1', 1, { hash: 'ffff' })], 'whole'), 0);
    t.equal(await store.journal.recast(entries(1, 1), 'whole'), 1);
  });

  t.test('ENGINE 17: a marker stays where it is', async (t) => {
    const { store } = await open(t, collections);
    await store.journal.append([item(entryOf('a:1', 1), 5), item(entryOf('a:1', 2))]);
    await store.journal.recast(entries(1, 1), 'archived');
    const due = () => store.journal.due({ from: 0, to: SHARDS }, 9, 9);
    t.same(await due(), [{ actor: 'a:1', seq: 1, wake: 5 }]);
    await store.journal.rewake([{ actor: 'a:1', seq: 1 }]);
    t.same(await due(), []);
    t.match(await store.journal.read('a:1', 0, 1), [{ archived: true }]);
  });

  t.test('it is archived still when the store is opened again, and takes less room', async (t) => {
    const { store, reopen } = await open(t, collections);
    if (typeof reopen === 'string') {
      t.pass('cannot be opened again', { skip: reopen });
      return;
    }
    await store.journal.append(run('a:1', 1, 2));
    await store.journal.recast(entries(1, 1), 'archived');
    const again = await reopen();
    t.same(await again.journal.read('a:1', 0, 9), [archivedOf(entryOf('a:1', 1)), entryOf('a:1', 2)]);
    t.ok(JSON.stringify(archivedOf(entryOf('a:1', 1))).length < encodeEntry(entryOf('a:1', 1)).length / 2);
  });

  t.test('an altered one is noticed, and named', async (t) => {
    const { store, damage } = await open(t, collections);
    if (typeof damage === 'string') {
      t.pass('cannot be damaged', { skip: damage });
      return;
    }
    await store.journal.append(run('a:1', 1, 2));
    await store.journal.recast(entries(1, 1), 'archived');
    const hurt = await damage('a:1', 1);
    await t.rejects(hurt.journal.read('a:1', 0, 9), { name: 'DamagedEntry', actor: 'a:1', seq: 1 });
    t.equal(await hurt.journal.recast(entries(1, 1), 'whole'), 0, 'and is not written over');
  });
}
