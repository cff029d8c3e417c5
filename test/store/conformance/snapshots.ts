import type { Test } from 'tap';

import { collections, type Open } from '../conformance.js';

/** Shortcuts to the truth. */
export async function snapshots(t: Test, open: Open): Promise<void> {
  const of = (seq: number, body: string) => ({ actor: 'a:1', seq, version: 1, body: JSON.stringify(body) }) as const;

  t.test('the one with the highest seq is the latest, whatever the order they came in', async (t) => {
    const { store } = await open(t, collections);
    t.equal(await store.snapshots.latest('a:1'), undefined);
    await store.snapshots.insert([of(9, 'nine'), of(100, 'hundred')]);
    await store.snapshots.insert([of(10, 'ten')]);
    t.same(await store.snapshots.latest('a:1'), of(100, 'hundred'));
    await store.snapshots.insert([of(1000, 'thousand')]);
    t.same(await store.snapshots.latest('a:1'), of(1000, 'thousand'));
  });

  t.test('one that is there stays', async (t) => {
    const { store } = await open(t, collections);
    await store.snapshots.insert([of(5, 'first')]);
    await store.snapshots.insert([of(5, 'second')]);
    t.same(await store.snapshots.latest('a:1'), of(5, 'first'));
  });

  t.test('each actor has its own', async (t) => {
    const { store } = await open(t, collections);
    await store.snapshots.insert([of(5, 'mine'), { actor: 'a:10', seq: 7, version: 2, body: 'null' }]);
    t.same(await store.snapshots.latest('a:1'), of(5, 'mine'));
    t.same(await store.snapshots.latest('a:10'), { actor: 'a:10', seq: 7, version: 2, body: 'null' });
    t.equal(await store.snapshots.latest('a:'), undefined);
    const together = await Promise.all((['a:10', 'a:2', 'a:1'] as const).map((actor) => store.snapshots.latest(actor)));
    t.same(
      together.map((snapshot) => snapshot?.seq),
      [7, undefined, 5],
      'also when they are asked for together',
    );
  });
}
