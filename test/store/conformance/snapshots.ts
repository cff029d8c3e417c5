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

  t.test('two are kept, the highest first, and never lower ones than before', async (t) => {
    const { store } = await open(t, collections);
    t.same(await store.snapshots.kept('a:1'), []);
    await store.snapshots.insert([of(9, 'nine'), { ...of(8, 'another'), actor: 'a:10' }]);
    t.same(await store.snapshots.kept('a:1'), [of(9, 'nine')]);
    await store.snapshots.insert([of(7, 'seven')]);
    t.same(await store.snapshots.kept('a:1'), [of(9, 'nine'), of(7, 'seven')]);
    await store.snapshots.insert([of(100, 'hundred')]);
    await store.snapshots.insert([of(8, 'eight')]);
    t.same(await store.snapshots.kept('a:1'), [of(100, 'hundred'), of(9, 'nine')]);
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
