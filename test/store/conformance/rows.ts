import type { Test } from 'tap';

import type { Json, Store } from '../../../src/store/ports.js';
import { collections, type Open } from '../conformance.js';

const sale = (id: string, version: number, fields: Readonly<Record<string, Json>> | null) =>
  ({ collection: 'sales', id, version, fields }) as const;

async function named(store: Store, name: string): Promise<string[]> {
  return (await store.views.find({ collection: 'sales', index: 'byName', equal: [name], limit: 10 })).rows.map(
    (row) => row.id,
  );
}

/** Rows by version, tombstones, `clear`. */
export async function rows(t: Test, open: Open): Promise<void> {
  t.test('a row is what was applied last', async (t) => {
    const { store } = await open(t, collections);
    t.equal(await store.views.get('sales', 's_1'), undefined);
    await store.views.apply([sale('s_1', 1, { name: 'cola', n: [1, { a: null }] })]);
    t.same(await store.views.get('sales', 's_1'), { name: 'cola', n: [1, { a: null }] });
    await store.views.apply([sale('s_1', 2, { name: 'tea' })]);
    t.same(await store.views.get('sales', 's_1'), { name: 'tea' });
  });

  t.test('a lower version never replaces a higher one, in a call or later', async (t) => {
    const { store } = await open(t, collections);
    await store.views.apply([sale('s_1', 5, { name: 'new' }), sale('s_1', 4, { name: 'old' })]);
    await store.views.apply([sale('s_1', 3, { name: 'older' })]);
    t.same(await store.views.get('sales', 's_1'), { name: 'new' });
    t.same(await named(store, 'new'), ['s_1']);
    t.same([await named(store, 'old'), await named(store, 'older')], [[], []]);
  });

  t.test('rows applied again change nothing', async (t) => {
    const { store } = await open(t, collections);
    const all = [sale('s_1', 1, { name: 'a' }), sale('s_1', 2, { name: 'b' }), sale('s_2', 1, { name: 'a' })];
    await store.views.apply(all);
    await store.views.apply(all);
    t.same([await named(store, 'a'), await named(store, 'b')], [['s_2'], ['s_1']]);
  });

  t.test('more than a hundred rows are applied in one call', async (t) => {
    const { store } = await open(t, collections);
    const all = (name: string, version: number) =>
      Array.from({ length: 110 }, (_, i) => sale(`s_${i}`, version, { name: `${name} ${i % 20}` }));
    await store.views.apply(all('b', 2));
    await store.views.apply([...all('a', 1), sale('s_109', 3, { name: 'b 7' })]);
    t.same(await named(store, 'a 7'), []);
    t.same((await named(store, 'b 7')).sort(), ['s_107', 's_109', 's_27', 's_47', 's_67', 's_7', 's_87']);
  });

  t.test('a row that changes moves in the index', async (t) => {
    const { store } = await open(t, collections);
    await store.views.apply([sale('s_1', 1, { name: 'a' })]);
    await store.views.apply([sale('s_1', 2, { name: 'b' })]);
    t.same([await named(store, 'a'), await named(store, 'b')], [[], ['s_1']]);
  });

  t.test('a record that ended is gone, and an older row does not revive it', async (t) => {
    const { store } = await open(t, collections);
    await store.views.apply([sale('s_1', 1, { name: 'a' })]);
    await store.views.apply([sale('s_1', 3, null)]);
    await store.views.apply([sale('s_1', 2, { name: 'a' })]);
    t.equal(await store.views.get('sales', 's_1'), undefined);
    t.same(await named(store, 'a'), []);
    await store.views.apply([sale('s_1', 4, { name: 'a' })]);
    t.same(await named(store, 'a'), ['s_1']);
  });

  t.test('many calls at once leave the highest version', async (t) => {
    const { store } = await open(t, collections);
    await Promise.all([3, 1, 5, 2, 4].map((v) => store.views.apply([sale('s_1', v, { name: `v${v}` })])));
    t.same(await store.views.get('sales', 's_1'), { name: 'v5' });
    for (const v of [1, 2, 3, 4]) t.same(await named(store, `v${v}`), []);
    t.same(await named(store, 'v5'), ['s_1']);
  });

  t.test('a collection that was cleared is empty, can be filled anew, and the others stand', async (t) => {
    const { store } = await open(t, collections);
    await store.views.apply([
      sale('s_1', 9, { name: 'a' }),
      { collection: 'cars', id: 'c_1', version: 1, fields: { x: 1 } },
    ]);
    await store.views.clear('sales');
    t.equal(await store.views.get('sales', 's_1'), undefined);
    t.same(await named(store, 'a'), []);
    t.same(await store.views.get('cars', 'c_1'), { x: 1 });
    await store.views.apply([sale('s_1', 1, { name: 'a' })]);
    t.same(await named(store, 'a'), ['s_1']);
  });

  t.test('a field of an index that cannot be sorted is refused by name', async (t) => {
    const { store } = await open(t, collections);
    const refused = store.views.apply([sale('s_1', 1, { name: ['a'] })]);
    await t.rejects(refused, { message: /sales: field 'name' of index 'byName' must be/ });
  });

  t.test('a collection that is not declared is refused', async (t) => {
    const { store } = await open(t, collections);
    const name = 'BadQuery';
    await t.rejects(store.views.apply([{ collection: 'x', id: '1', version: 1, fields: {} }]), { name });
    await t.rejects(store.views.get('x', '1'), { name });
    await t.rejects(store.views.clear('x'), { name });
  });
}
