import t, { type Test } from 'tap';

import { openEmbedded } from '../../src/store/embedded/index.js';
import { indexedIdOf, keys } from '../../src/store/embedded/keys.js';
import type { CollectionDeclaration, Store } from '../../src/store/ports.js';
import { withLevel } from './support/folder.js';

const named: CollectionDeclaration = { name: 'sales', indexes: [{ name: 'byName', fields: ['name'] }] };
const priced: CollectionDeclaration = { name: 'sales', indexes: [{ name: 'byPrice', fields: ['price'] }] };

async function open(t: Test, folder: string, ...collections: CollectionDeclaration[]): Promise<Store> {
  const store = await openEmbedded(folder, { collections });
  t.teardown(() => store.close());
  return store;
}

/** A closed store with two sales, declared by name. */
async function filled(t: Test): Promise<string> {
  const folder = t.testdir();
  const store = await open(t, folder, named);
  await store.views.apply([
    { collection: 'sales', id: 's_1', version: 1, fields: { name: 'tea', price: 300 } },
    { collection: 'sales', id: 's_2', version: 1, fields: { name: 'cola', price: 250 } },
    { collection: 'sales', id: 's_3', version: 1, fields: null },
  ]);
  await store.close();
  return folder;
}

t.test(
  'a collection that is declared anew answers by its new indexes at once, and keeps no old index key',
  async (t) => {
    const folder = await filled(t);
    const store = await open(t, folder, priced);
    const { rows } = await store.views.find({ collection: 'sales', index: 'byPrice', limit: 10 });
    t.same(
      rows.map(({ id }) => id),
      ['s_2', 's_1'],
    );
    await store.close();
    const indexKeys = await withLevel(folder, (level) => level.keys({ gt: 'i', lt: 'j' }).all());
    t.equal(indexKeys.length, 2);
  },
);

t.test(
  'a row that was written long ago, and is not remembered, loses its old index keys when it changes',
  async (t) => {
    const folder = await filled(t);
    const store = await open(t, folder, named);
    await store.views.apply([{ collection: 'sales', id: 's_1', version: 2, fields: { name: 'water' } }]);
    await store.close();
    const indexKeys = await withLevel(folder, (level) => level.keys({ gt: 'i', lt: 'j' }).all());
    t.same(indexKeys.map(indexedIdOf).sort(), ['s_1', 's_2']);
  },
);

t.test('a damaged row is noticed, and says what to do', async (t) => {
  const folder = await filled(t);
  await withLevel(folder, async (level) => {
    const key = keys.row('sales', 's_1');
    await level.put(key, (await level.get(key))!.replace('tea', 'pea'));
  });
  const store = await open(t, folder, named);
  const damage = { name: 'StoreDamaged', message: /row s_1 of collection sales is damaged: .*; rebuild the view/ };
  await t.rejects(store.views.get('sales', 's_1'), damage);
  await t.rejects(store.views.find({ collection: 'sales', index: 'byName', limit: 10 }), damage);
  await store.views.clear('sales');
  t.equal(await store.views.get('sales', 's_1'), undefined, 'a rebuild begins with an empty view');
});

t.test('a view with a damaged row is named until it is emptied', async (t) => {
  const folder = await filled(t);
  await withLevel(folder, (level) => level.put(keys.row('sales', 's_1'), 'x'));
  const store = await open(t, folder, named);
  t.same([...store.views.damaged!], [], 'nobody has met it');
  await t.rejects(store.views.get('sales', 's_1'));
  t.same([...store.views.damaged!], ['sales']);
  await store.views.clear('sales');
  t.same([...store.views.damaged!], []);
});

t.test('a damaged row that is written anew is whole, and stands once in each index; the view is named', async (t) => {
  const folder = await filled(t);
  await withLevel(folder, (level) => level.put(keys.row('sales', 's_1'), 'x'));
  const store = await open(t, folder, named);
  await store.views.apply([{ collection: 'sales', id: 's_1', version: 2, fields: { name: 'water' } }]);
  const { rows } = await store.views.find({ collection: 'sales', index: 'byName', limit: 10 });
  t.same(
    rows.map(({ id, fields }) => [id, fields['name']]),
    [
      ['s_2', 'cola'],
      ['s_1', 'water'],
    ],
  );
  t.same([...store.views.damaged!], ['sales']);
});

t.test('the last two snapshots of an actor are kept, and a damaged one is passed over', async (t) => {
  const folder = t.testdir();
  let store = await open(t, folder);
  for (const seq of [1, 2, 3]) await store.snapshots.insert([{ actor: 'a:1', seq, version: 1, body: `${seq}` }]);
  await store.close();
  await withLevel(folder, async (level) => {
    t.equal((await level.keys({ gt: 's', lt: 't' }).all()).length, 2);
    await level.put(keys.snapshot('a:1', 3), 'x');
  });
  store = await open(t, folder);
  t.equal((await store.snapshots.latest('a:1'))?.seq, 2);
  await store.close();
  await withLevel(folder, (level) => level.put(keys.snapshot('a:1', 2), 'x'));
  store = await open(t, folder);
  t.equal(await store.snapshots.latest('a:1'), undefined);
});
