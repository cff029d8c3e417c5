import type { Test } from 'tap';

import { collections, type Open } from '../conformance.js';
import { entryOf, item, run, seqsOf, short } from '../support/entries.js';

/** S1 to S3: what `append` stores, and what it says of the rest. */
export async function appending(t: Test, open: Open): Promise<void> {
  t.test('entries of many actors are stored, and come back as they went in', async (t) => {
    const { store } = await open(t, collections);
    const items = [...run('device:d_1', 1, 3), ...run('wallet:p_1', 1, 2)];
    t.same(short(await store.journal.append(items)), Array(5).fill('stored'));
    t.same(
      await store.journal.read('device:d_1', 0, 10),
      items.slice(0, 3).map(({ entry }) => entry),
    );
    t.same(
      await store.journal.read('wallet:p_1', 0, 10),
      items.slice(3).map(({ entry }) => entry),
    );
  });

  t.test('a call without entries stores nothing', async (t) => {
    const { store } = await open(t, collections);
    t.same(await store.journal.append([]), []);
  });

  t.test('S3: an entry at a seq that another owner has taken collides with the row there', async (t) => {
    const { store } = await open(t, collections);
    await store.journal.append(run('device:d_1', 1, 1));
    const other = entryOf('device:d_1', 1, { epoch: 'n_2/1', commandId: 'passenger:p_2:x' });
    const [result] = await store.journal.append([item(other)]);
    t.same(result, { state: 'collided', met: entryOf('device:d_1', 1) });
    t.equal(await store.journal.find('device:d_1', 'passenger:p_2:x'), undefined, 'its command id is not taken');
  });

  t.test('S3: a command id that was used collides with the entry that used it, however long ago', async (t) => {
    const { store } = await open(t, collections);
    await store.journal.append(run('device:d_1', 1, 20));
    const again = entryOf('device:d_1', 21, { commandId: entryOf('device:d_1', 2).commandId });
    t.same(await store.journal.append([item(again)]), [{ state: 'collided', met: entryOf('device:d_1', 2) }]);
    t.equal((await seqsOf(store, 'device:d_1')).length, 20);
  });

  t.test('S3: the same command id at another actor is another key', async (t) => {
    const { store } = await open(t, collections);
    const items = [
      item(entryOf('device:d_1', 1, { commandId: 'x:1' })),
      item(entryOf('device:d_2', 1, { commandId: 'x:1' })),
    ];
    t.same(short(await store.journal.append(items)), ['stored', 'stored']);
  });

  t.test('S3: actor and command id are two parts of the key, wherever one ends', async (t) => {
    const { store } = await open(t, collections);
    await store.journal.append([item(entryOf('a:b', 1, { commandId: 'c:d' }))]);
    const near = [item(entryOf('a:bc', 1, { commandId: ':d' })), item(entryOf('a:', 1, { commandId: 'bc:d' }))];
    t.same(short(await store.journal.append(near)), ['stored', 'stored']);
  });

  t.test('S3: of two entries with one command id in a call, the second collides with the first', async (t) => {
    const { store } = await open(t, collections);
    const items = [
      item(entryOf('device:d_1', 1, { commandId: 'x:1' })),
      item(entryOf('device:d_1', 2, { commandId: 'x:1' })),
    ];
    t.same(short(await store.journal.append(items)), ['stored', 'met 1']);
    t.same(await seqsOf(store, 'device:d_1'), [1]);
  });

  t.test('S3: of two entries with one seq in a call, the second collides with the first', async (t) => {
    const { store } = await open(t, collections);
    const items = [
      item(entryOf('device:d_1', 1, { commandId: 'x:1' })),
      item(entryOf('device:d_1', 1, { commandId: 'x:2' })),
    ];
    t.same(short(await store.journal.append(items)), ['stored', 'met 1']);
    t.equal((await store.journal.find('device:d_1', 'x:1'))?.seq, 1);
    t.equal(await store.journal.find('device:d_1', 'x:2'), undefined);
  });

  t.test('S3: of two calls at the same time for one seq, one is stored and the other meets it', async (t) => {
    const { store } = await open(t, collections);
    for (const seq of [1, 2, 3]) {
      const results = await Promise.all(
        ['n_1/1', 'n_2/1'].map((epoch) =>
          store.journal.append([item(entryOf('device:d_1', seq, { epoch, commandId: `${epoch}:${seq}` }))]),
        ),
      );
      t.same(short(results.flat()).sort(), [`met ${seq}`, 'stored']);
    }
  });

  t.test('S1: behind a collision nothing of that actor is stored, and all of the others is', async (t) => {
    const { store } = await open(t, collections);
    await store.journal.append(run('device:d_1', 1, 1));
    const items = [
      ...run('device:d_1', 1, 3, { epoch: 'n_2/1' }),
      ...run('device:d_2', 1, 2),
      item(entryOf('device:d_1', 4, { epoch: 'n_2/1' })),
    ];
    const results = short(await store.journal.append(items));
    t.same(results, ['met 1', 'unknown', 'unknown', 'stored', 'stored', 'unknown']);
    t.same(await seqsOf(store, 'device:d_1'), [1]);
    t.same(await seqsOf(store, 'device:d_2'), [1, 2]);
  });

  t.test('S1: a repeated command in the middle of a run stops the run there', async (t) => {
    const { store } = await open(t, collections);
    await store.journal.append(run('device:d_1', 1, 2));
    const items = run('device:d_1', 3, 5);
    items[1] = item(entryOf('device:d_1', 4, { commandId: entryOf('device:d_1', 1).commandId }));
    t.same(short(await store.journal.append(items)), ['stored', 'met 1', 'unknown']);
    t.same(await seqsOf(store, 'device:d_1'), [1, 2, 3]);
  });

  t.test('S2: entries sent again meet themselves, and what was missing behind them is stored', async (t) => {
    const { store } = await open(t, collections);
    await store.journal.append(run('device:d_1', 1, 2));
    t.same(short(await store.journal.append(run('device:d_1', 1, 4))), ['met 1', 'met 2', 'stored', 'stored']);
    t.same(
      await store.journal.read('device:d_1', 0, 10),
      run('device:d_1', 1, 4).map(({ entry }) => entry),
    );
  });
}
