import type { Test } from 'tap';

import { SHARDS, type ActorId, type Store } from '../../../src/store/ports.js';
import { shardOf } from '../../../src/store/shard.js';
import { collections, type Open } from '../conformance.js';
import { entryOf, item } from '../support/entries.js';

const ALL = { from: 0, to: SHARDS };

function promising(actor: ActorId, seq: number, wake: number) {
  return item(entryOf(actor, seq), wake);
}

async function due(store: Store, until: number, limit = 10): Promise<string[]> {
  return (await store.journal.due(ALL, until, limit)).map(({ actor, seq, wake }) => `${actor}/${seq} at ${wake}`);
}

/** `due` and `rewake`: open promises are found again. */
export async function markers(t: Test, open: Open): Promise<void> {
  t.test('what is due is found, earliest first, up to a limit', async (t) => {
    const { store } = await open(t, collections);
    await store.journal.append([
      promising('a:1', 1, 900),
      promising('a:1', 2, 90),
      promising('b:1', 1, 1_795_000_000_000),
    ]);
    t.same(await due(store, 89), []);
    t.same(await due(store, 90), ['a:1/2 at 90']);
    t.same(await due(store, 1000), ['a:1/2 at 90', 'a:1/1 at 900']);
    t.same(await due(store, 1000, 1), ['a:1/2 at 90']);
    t.same(await due(store, 1_795_000_000_000), ['a:1/2 at 90', 'a:1/1 at 900', 'b:1/1 at 1795000000000']);
  });

  t.test('more than a hundred markers are moved in one call', async (t) => {
    const { store } = await open(t, collections);
    const actors = Array.from({ length: 110 }, (_, i): ActorId => `a:${i}`);
    await store.journal.append(actors.map((actor) => promising(actor, 1, 5)));
    await store.journal.rewake(actors.map((actor, i) => ({ actor, seq: 1, wake: 1000 + i })));
    t.same(await due(store, 1001), ['a:0/1 at 1000', 'a:1/1 at 1001']);
    t.equal((await due(store, 2000, 999)).length, actors.length);
  });

  t.test('a page of what is due goes on behind the last of the page before', async (t) => {
    const { store } = await open(t, collections);
    await store.journal.append([
      promising('a:2', 1, 5),
      promising('a:1', 1, 5),
      promising('a:1', 2, 5),
      promising('b:1', 1, 6),
    ]);
    const page = await store.journal.due(ALL, 10, 2);
    t.same(
      page.map(({ actor, seq }) => `${actor}/${seq}`),
      ['a:1/1', 'a:1/2'],
    );
    const next = await store.journal.due(ALL, 10, 2, page.at(-1));
    t.same(
      next.map(({ actor, seq }) => `${actor}/${seq}`),
      ['a:2/1', 'b:1/1'],
    );
    t.same(await store.journal.due(ALL, 10, 2, next.at(-1)), []);
  });

  t.test('an entry that promises nothing leaves no marker', async (t) => {
    const { store } = await open(t, collections);
    await store.journal.append([item(entryOf('a:1', 1))]);
    t.same(await due(store, Number.MAX_SAFE_INTEGER), []);
  });

  t.test('an entry that is not stored leaves no marker', async (t) => {
    const { store } = await open(t, collections);
    await store.journal.append([item(entryOf('a:1', 1))]);
    await store.journal.append([item(entryOf('a:1', 1, { epoch: 'n_2/1' }), 5), promising('a:1', 2, 6)]);
    t.same(await due(store, 10), []);
  });

  t.test('only the asked shards are looked at', async (t) => {
    const { store } = await open(t, collections);
    const actors = Array.from({ length: 40 }, (_, i) => `a:${i}` as const);
    await store.journal.append(actors.map((actor) => promising(actor, 1, 5)));
    const half = { from: 1000, to: 3000 };
    const found = (await store.journal.due(half, 10, 100)).map(({ actor }) => actor).sort();
    t.same(found, actors.filter((actor) => shardOf(actor) >= half.from && shardOf(actor) < half.to).sort());
    t.ok(found.length > 0 && found.length < actors.length);
    t.same(await store.journal.due({ from: 7, to: 7 }, 10, 100), []);
  });

  t.test('a marker can be moved, cleared, and set where there was none', async (t) => {
    const { store } = await open(t, collections);
    await store.journal.append([promising('a:1', 1, 5), promising('b:1', 1, 5), item(entryOf('c:1', 1))]);
    await store.journal.rewake([
      { actor: 'a:1', seq: 1, wake: 50 },
      { actor: 'b:1', seq: 1 },
      { actor: 'c:1', seq: 1, wake: 7 },
    ]);
    t.same(await due(store, 49), ['c:1/1 at 7']);
    t.same(await due(store, 50), ['c:1/1 at 7', 'a:1/1 at 50']);
    await store.journal.rewake([
      { actor: 'b:1', seq: 1 },
      { actor: 'z:1', seq: 3 },
    ]);
    t.same(await due(store, 50), ['c:1/1 at 7', 'a:1/1 at 50'], 'clearing what is not there changes nothing');
  });

  t.test('of two changes of one marker in a call the last counts', async (t) => {
    const { store } = await open(t, collections);
    await store.journal.append([promising('a:1', 1, 5)]);
    await store.journal.rewake([
      { actor: 'a:1', seq: 1, wake: 6 },
      { actor: 'a:1', seq: 1, wake: 8 },
    ]);
    t.same(await due(store, 10), ['a:1/1 at 8']);
    await store.journal.rewake([
      { actor: 'a:1', seq: 1, wake: 9 },
      { actor: 'a:1', seq: 1 },
    ]);
    t.same(await due(store, 10), []);
  });
}
