import type { Test } from 'tap';

import type { Json, Query, Store } from '../../../src/store/ports.js';
import { collections, type Open } from '../conformance.js';

async function fill(store: Store, rows: Readonly<Record<string, Readonly<Record<string, Json>>>>): Promise<void> {
  await store.views.apply(
    Object.entries(rows).map(([id, fields]) => ({ collection: 'sales', id, version: 1, fields })),
  );
}

async function ids(store: Store, query: Omit<Query, 'collection' | 'limit'>): Promise<string> {
  const { rows } = await store.views.find({ collection: 'sales', limit: 100, ...query });
  return rows.map((row) => row.id).join(' ');
}

const shops = {
  a1: { shop: 'a', at: 1 },
  a3: { shop: 'a', at: 3 },
  a2: { shop: 'a', at: 2 },
  b1: { shop: 'b', at: 1 },
  ab: { shop: 'ab', at: 0 },
};

/** `find`: equality, ranges, order, pages. */
export async function questions(t: Test, open: Open): Promise<void> {
  t.test('rows with the first field equal come in the order of the next', async (t) => {
    const { store } = await open(t, collections);
    await fill(store, shops);
    t.equal(await ids(store, { index: 'byShop', equal: ['a'] }), 'a1 a2 a3');
    t.equal(await ids(store, { index: 'byShop', equal: ['a'], descending: true }), 'a3 a2 a1');
    t.equal(await ids(store, { index: 'byShop', equal: ['a', 2] }), 'a2');
    t.equal(await ids(store, { index: 'byShop', equal: ['c'] }), '');
    t.equal(await ids(store, { index: 'byShop' }), 'a1 a2 a3 ab b1');
  });

  t.test('both bounds of a range belong to it, and each can be left out', async (t) => {
    const { store } = await open(t, collections);
    await fill(store, shops);
    t.equal(await ids(store, { index: 'byShop', equal: ['a'], from: 2, to: 3 }), 'a2 a3');
    t.equal(await ids(store, { index: 'byShop', equal: ['a'], from: 2 }), 'a2 a3');
    t.equal(await ids(store, { index: 'byShop', equal: ['a'], to: 2, descending: true }), 'a2 a1');
    t.equal(await ids(store, { index: 'byShop', from: 'ab' }), 'ab b1');
    t.equal(await ids(store, { index: 'byShop', to: 'ab' }), 'a1 a2 a3 ab');
    t.equal(await ids(store, { index: 'byShop', equal: ['a'], from: 3, to: 1 }), '');
  });

  t.test('numbers sort as numbers', async (t) => {
    const { store } = await open(t, collections);
    const numbers = [-1e300, -10, -9, -0.5, 0, 0.5, 2, 10, 1_795_000_000_000, 1e300];
    await fill(store, Object.fromEntries(numbers.map((at) => [String(at), { shop: 'a', at }])));
    t.equal(await ids(store, { index: 'byShop', equal: ['a'] }), numbers.join(' '));
    t.equal(await ids(store, { index: 'byShop', equal: ['a'], from: -9.5, to: 9 }), '-9 -0.5 0 0.5 2');
    t.equal(await ids(store, { index: 'byShop', equal: ['a', -0] }), '0');
  });

  t.test('strings sort by their bytes, and a part of one is not the whole', async (t) => {
    const { store } = await open(t, collections);
    const names = { 1: '', 2: '\u0000', 3: '\u0001', 4: 'a', 5: 'a\u0000', 6: 'a\u0001', 7: 'a b', 8: 'ab', 9: '可乐' };
    await fill(store, Object.fromEntries(Object.entries(names).map(([id, name]) => [id, { name }])));
    t.equal(await ids(store, { index: 'byName' }), '1 2 3 4 5 6 7 8 9');
    t.equal(await ids(store, { index: 'byName', equal: ['a'] }), '4');
    t.equal(await ids(store, { index: 'byName', from: 'a', to: 'a\u0001' }), '4 5 6');
  });

  t.test('what is missing sorts first, then false, true, numbers, strings; a range keeps to its type', async (t) => {
    const { store } = await open(t, collections);
    await fill(store, {
      m: {},
      n: { name: null },
      f: { name: false },
      t: { name: true },
      one: { name: 1 },
      s: { name: 's' },
    });
    t.equal(await ids(store, { index: 'byName' }), 'm n f t one s');
    t.equal(await ids(store, { index: 'byName', equal: [true] }), 't');
    t.equal(await ids(store, { index: 'byName', from: -5 }), 'one');
    t.equal(await ids(store, { index: 'byName', to: 'z' }), 's');
  });

  t.test('pages follow each other without a gap or a double, in both directions', async (t) => {
    const { store } = await open(t, collections);
    await fill(store, Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`s_${i}`, { shop: 'a', at: i % 3 }])));
    for (const descending of [false, true]) {
      const all = await ids(store, { index: 'byShop', equal: ['a'], descending });
      const paged: string[] = [];
      let cursor: string | undefined;
      let pages = 0;
      do {
        const query = { collection: 'sales', index: 'byShop', equal: ['a'], descending, limit: 3 };
        const page = await store.views.find(cursor === undefined ? query : { ...query, cursor });
        paged.push(...page.rows.map((row) => row.id));
        cursor = page.cursor;
        pages += 1;
      } while (cursor !== undefined);
      t.equal(paged.join(' '), all);
      t.equal(pages, 3);
    }
  });

  t.test('the last page has no cursor, also when it is full', async (t) => {
    const { store } = await open(t, collections);
    await fill(store, shops);
    const page = await store.views.find({ collection: 'sales', index: 'byShop', equal: ['a'], limit: 3 });
    t.equal(page.rows.length, 3);
    t.notOk('cursor' in page);
  });

  t.test('a cursor goes on where the page ended, whatever came, went or changed before it', async (t) => {
    const { store } = await open(t, collections);
    await fill(store, Object.fromEntries([10, 20, 30, 40].map((at) => [`s_${at}`, { shop: 'a', at }])));
    const query = { collection: 'sales', index: 'byShop', equal: ['a'], limit: 2 };
    const { cursor } = await store.views.find(query);
    await fill(store, { s_5: { shop: 'a', at: 5 }, s_25: { shop: 'a', at: 25 } });
    await store.views.apply([{ collection: 'sales', id: 's_20', version: 2, fields: null }]);
    const next = await store.views.find({ ...query, limit: 10, cursor: cursor! });
    t.same(
      next.rows.map((row) => row.id),
      ['s_25', 's_30', 's_40'],
    );
  });

  t.test('a question that was not declared is refused, and says which part', async (t) => {
    const { store } = await open(t, collections);
    const bad = (query: Partial<Query>, message: RegExp) =>
      t.rejects(store.views.find({ collection: 'sales', index: 'byShop', limit: 5, ...query }), {
        name: 'BadQuery',
        message,
      });
    await bad({ collection: 'x' }, /'x' is not declared/);
    await bad({ index: 'x' }, /no index 'x'/);
    await bad({ equal: ['a', 1, 2] }, /equal: .* 2 fields/);
    await bad({ equal: ['a', 1], from: 2 }, /from, to: .* no field/);
    await bad({ from: 1, to: 'a' }, /from, to: .* one type/);
    await bad({ limit: 0 }, /limit/);
    await bad({ limit: 1.5 }, /limit/);
    await bad({ cursor: 'x' }, /cursor/);
  });

  t.test('a cursor of another question is refused', async (t) => {
    const { store } = await open(t, collections);
    await fill(store, shops);
    const { cursor } = await store.views.find({ collection: 'sales', index: 'byShop', equal: ['a'], limit: 1 });
    const other = store.views.find({ collection: 'sales', index: 'byShop', equal: ['b'], limit: 1, cursor: cursor! });
    await t.rejects(other, { name: 'BadQuery', message: /cursor/ });
  });
}
