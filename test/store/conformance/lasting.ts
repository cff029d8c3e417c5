import type { Test } from 'tap';

import { DamagedEntry } from '../../../src/store/ports.js';
import { collections, type Open } from '../conformance.js';
import { collect, entryOf, item, run, seqsOf, short } from '../support/entries.js';

/** What is there after the store was closed and opened again, and what becomes of a damaged entry. */
export async function lasting(t: Test, open: Open): Promise<void> {
  t.test('all that was stored is there when the store is opened again', async (t) => {
    const { store, reopen } = await open(t, collections);
    if (typeof reopen === 'string') {
      t.pass('cannot be opened again', { skip: reopen });
      return;
    }
    await store.journal.append([...run('a:1', 1, 3), item(entryOf('b:1', 1), 5)]);
    await store.snapshots.insert([{ actor: 'a:1', seq: 2, version: 1, body: '{}' }]);
    await store.views.apply([{ collection: 'sales', id: 's_1', version: 4, fields: { name: 'a' } }]);

    const again = await reopen();
    t.equal(again.id, store.id);
    t.same(again.warnings, []);
    t.same(
      await again.journal.read('a:1', 0, 10),
      run('a:1', 1, 3).map(({ entry }) => entry),
    );
    t.same(await again.journal.due({ from: 0, to: 4096 }, 9, 9), [{ actor: 'b:1', seq: 1, wake: 5 }]);
    t.equal((await again.snapshots.latest('a:1'))?.seq, 2);
    t.same(await again.views.get('sales', 's_1'), { name: 'a' });

    const repeat = entryOf('a:1', 4, { commandId: entryOf('a:1', 1).commandId });
    t.same(short(await again.journal.append([item(repeat)])), ['met 1'], 'command ids are remembered');
    t.same(short(await again.journal.append(run('a:1', 3, 4))), ['met 3', 'stored'], 'seqs are remembered');
    await again.views.apply([{ collection: 'sales', id: 's_1', version: 3, fields: { name: 'b' } }]);
    t.same(await again.views.get('sales', 's_1'), { name: 'a' }, 'versions are remembered');
  });

  t.test('a closed store refuses', async (t) => {
    const { store } = await open(t, collections);
    await store.close();
    await t.rejects(store.journal.append(run('a:1', 1, 1)));
    await t.rejects(store.journal.read('a:1', 0, 1));
    await t.rejects(store.views.get('sales', 's_1'));
    await t.resolves(store.close(), 'closing it again does nothing');
  });

  t.test('an altered entry is noticed wherever it is read, and named; its neighbours are sound', async (t) => {
    const { store, damage } = await open(t, collections);
    if (typeof damage === 'string') {
      t.pass('cannot be damaged', { skip: damage });
      return;
    }
    await store.journal.append([...run('a:1', 1, 3), ...run('b:1', 1, 1)]);
    const hurt = await damage('a:1', 2);
    const named = { name: 'DamagedEntry', actor: 'a:1', seq: 2 };
    await t.rejects(hurt.journal.read('a:1', 0, 10), named);
    await t.rejects(hurt.journal.find('a:1', entryOf('a:1', 2).commandId), named);
    await t.rejects(collect(hurt.journal.scan()), named);
    await t.rejects(hurt.journal.read('a:1', 0, 10), DamagedEntry);
    t.equal((await hurt.journal.read('a:1', 2, 10)).length, 1);
    t.same(await seqsOf(hurt, 'b:1'), [1]);
  });

  t.test('S4: an entry that collides with one that cannot be read is unknown', async (t) => {
    const { store, damage } = await open(t, collections);
    if (typeof damage === 'string') {
      t.pass('cannot be damaged', { skip: damage });
      return;
    }
    await store.journal.append(run('a:1', 1, 2));
    const hurt = await damage('a:1', 2);
    const items = [...run('a:1', 2, 3, { epoch: 'n_2/1' }), ...run('b:1', 1, 1)];
    t.same(short(await hurt.journal.append(items)), ['unknown', 'unknown', 'stored']);
  });
}
