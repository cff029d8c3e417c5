import { join } from 'node:path';
import t from 'tap';
import { actors } from '../../src/actors/index.js';
import { createSystem } from '../../src/actors/runtime/system.js';
import { defaultTerms } from '../../src/actors/terms.js';
import { catchUpViews, readerOf } from '../../src/jobs/stopped.js';
import { rebuildView } from '../../src/jobs/views.js';
import { collections } from '../../src/node/collections.js';
import { openEmbedded } from '../../src/store/embedded/index.js';
import type { Json, Store } from '../../src/store/ports.js';

const definitions = actors(defaultTerms);
const station = { name: 'Depot', lon: 118.2, lat: 29.6 };

async function open(folder: string): Promise<Store> {
  return openEmbedded(join(folder, 'data'), { collections });
}

/** Lets actors live on the store, as far as `ports` lets them reach it. */
async function live(
  store: Store,
  ports: Partial<Store>,
  ask: readonly (readonly [to: `${string}:${string}`, type: string, input: Json])[],
) {
  const system = createSystem({
    store: { ...store, ...ports },
    definitions,
    failed: (error) => {
      throw error;
    },
  });
  for (const [i, [to, type, input]] of ask.entries()) {
    const answer = await system.ask({ to, type, input, caller: 'platform:admin', id: `ask-${i}` });
    if ('unstored' in answer || !answer.value.outcome.ok) throw new Error(JSON.stringify(answer));
  }
  await system.stop();
}

/** A store whose last run lost all that it kept beside the journal. */
const forgetful = (store: Store): Partial<Store> => ({
  views: { ...bound(store), apply: () => Promise.resolve() },
  snapshots: {
    insert: () => Promise.resolve(),
    latest: () => Promise.resolve(undefined),
    kept: () => Promise.resolve([]),
  },
});

function bound({ views }: Store): Store['views'] {
  return {
    apply: (rows) => views.apply(rows),
    get: (collection, id) => views.get(collection, id),
    find: (query) => views.find(query),
    clear: (collection) => views.clear(collection),
  };
}

t.test('rows that a crash kept from the views are written by who reads the stopped store', async (t) => {
  const store = await open(t.testdir({}));
  await live(store, forgetful(store), [['station:st_A', 'register', station]]);
  t.equal(await store.views.get('stations', 'st_A'), undefined);
  await catchUpViews(store, definitions);
  t.match(await store.views.get('stations', 'st_A'), station);
  await store.close();
});

t.test('actors of a stopped store answer as they would on a node, with the seq of their state', async (t) => {
  const store = await open(t.testdir({}));
  await live(store, {}, [
    ['station:st_A', 'register', station],
    ['station:st_A', 'stock', { lines: [{ product: 'pr_1', name: 'Tea', units: 7, price: 300 }] }],
  ]);
  const read = readerOf(store, definitions, Date.now());
  t.match(await read('station:st_A', 'page', {}), {
    value: { name: 'Depot', supply: [{ product: 'pr_1', free: 7, price: 300 }] },
    seq: 2,
  });
  t.match(await read('station:st_B', 'page', {}), { error: /not registered/ });
  t.match(await read('station:st_A', 'nothing', {}), { error: 'there is no read nothing of station:st_A' });
  await store.close();
});

t.test('a view is rebuilt from the journal: what was lost, altered or never true is put right', async (t) => {
  const store = await open(t.testdir({}));
  await live(store, {}, [
    ['station:st_A', 'register', station],
    ['station:st_B', 'register', { ...station, name: 'Other' }],
    ['station:st_B', 'register', { ...station, name: 'Renamed' }],
  ]);
  const tools = { store, definitions, collections };
  const rows = async () => (await store.views.find({ collection: 'stations', index: 'name', limit: 10 })).rows;
  const before = await rows();
  t.equal(before.length, 2);
  await store.views.clear('stations');
  await store.views.apply([
    { collection: 'stations', id: 'st_A', version: 1, fields: { ...before[0]!.fields, name: 'Altered' } },
    { collection: 'stations', id: 'st_ghost', version: 9, fields: { name: 'Ghost' } },
  ]);
  t.equal(await rebuildView('stations', tools), 2);
  t.same(await rows(), before);
  t.equal(await rebuildView('sales', tools), 0);
  t.equal(await rebuildView('deadLetters', tools), undefined, 'no actor keeps it');
  t.equal(await rebuildView('nothing', tools), undefined);
  await store.close();
});
