import type { Test } from 'tap';

import type { ActorId, Head } from '../../../src/store/ports.js';
import { collections, type Open } from '../conformance.js';
import { collect, entryOf, item, run } from '../support/entries.js';

/** `read`, `find` and `scan`. */
export async function reading(t: Test, open: Open): Promise<void> {
  t.test('an actor without a past has no entries', async (t) => {
    const { store } = await open(t, collections);
    t.same(await store.journal.read('device:d_1', 0, 10), []);
    t.equal(await store.journal.find('device:d_1', 'x:1'), undefined);
  });

  t.test('entries come in the order of their seqs, from behind one, up to a limit', async (t) => {
    const { store } = await open(t, collections);
    await store.journal.append(run('device:d_1', 1, 120));
    const seqs = async (after: number, limit: number) =>
      (await store.journal.read('device:d_1', after, limit)).map((entry) => entry.seq);
    t.same(await seqs(0, 3), [1, 2, 3]);
    t.same(await seqs(8, 3), [9, 10, 11]);
    t.same(await seqs(98, 3), [99, 100, 101]);
    t.same(await seqs(118, 10), [119, 120]);
    t.same(await seqs(120, 10), []);
  });

  t.test('actors whose names begin alike are kept apart', async (t) => {
    const { store } = await open(t, collections);
    const actors = ['a:1', 'a:10', 'a:1-0', 'a:1.0', 'a:1@', 'b:1'] as const;
    await store.journal.append(actors.flatMap((actor) => run(actor, 1, 2)));
    for (const actor of actors) {
      t.same(
        await store.journal.read(actor, 0, 10),
        run(actor, 1, 2).map(({ entry }) => entry),
      );
      t.equal((await store.journal.find(actor, entryOf(actor, 2).commandId))?.actor, actor);
    }
  });

  t.test('pasts that are asked for at the same time are each whole, and no longer than asked', async (t) => {
    const { store } = await open(t, collections);
    // The first is so long that it would take the place of the others; the last is asked about twice.
    const actors = Array.from({ length: 20 }, (_, i): ActorId => `device:d_${i + 10}`);
    await store.journal.append([...run('device:a', 1, 90), ...actors.flatMap((actor, i) => run(actor, 1, i % 7))]);
    const asked = ['device:a' as const, ...actors, ...actors.slice(-1)];
    const found = await Promise.all(asked.map((actor) => store.journal.read(actor, 1, 3)));
    const keys = (actor: ActorId, length: number) =>
      [2, 3, 4].slice(0, Math.max(0, length - 1)).map((seq) => [actor, seq]);
    t.same(
      found.map((entries) => entries.map(({ actor, seq }) => [actor, seq])),
      asked.map((actor, i) => keys(actor, i === 0 ? 90 : Math.min(i - 1, actors.length - 1) % 7)),
    );
  });

  t.test('the head of every actor, and all entries page by page, come by actor and seq', async (t) => {
    const { store } = await open(t, collections);
    t.same(await collect(store.journal.heads()), []);
    t.same(await store.journal.page(undefined, 10), []);
    const actors = ['a:1', 'a:1-0', 'a:1.0', 'a:10', 'a:1@', 'b:1'] as const;
    await store.journal.append(actors.flatMap((actor, i) => run(actor, 1, 10 + i)));
    t.same(
      await collect(store.journal.heads()),
      actors.map((actor, i) => ({ actor, seq: 10 + i })),
    );
    const all = await collect(store.journal.scan());
    const paged = [];
    let after: Head | undefined;
    for (;;) {
      const page = await store.journal.page(after, 7);
      paged.push(...page);
      if (page.length < 7) break;
      after = page.at(-1);
    }
    t.same(paged, all);
    t.same(
      (await store.journal.page({ actor: 'a:1.0', seq: 99 }, 2)).map(({ actor, seq }) => [actor, seq]),
      [
        ['a:10', 1],
        ['a:10', 2],
      ],
    );
  });

  t.test('a command is found by its id, at its own actor only', async (t) => {
    const { store } = await open(t, collections);
    await store.journal.append([item(entryOf('device:d_1', 1, { commandId: 'wallet:p_1:wallet:p_1/7/0/reply' }))]);
    t.equal((await store.journal.find('device:d_1', 'wallet:p_1:wallet:p_1/7/0/reply'))?.seq, 1);
    t.equal(await store.journal.find('device:d_1', 'wallet:p_1:wallet:p_1/7/0'), undefined);
    t.equal(await store.journal.find('device:d_2', 'wallet:p_1:wallet:p_1/7/0/reply'), undefined);
  });

  t.test('commands of many actors are found together, each in its place', async (t) => {
    const { store } = await open(t, collections);
    const stored = ['a:1', 'b:1', 'c:1'].flatMap((actor) => run(actor as ActorId, 1, 200));
    await store.journal.append(stored);
    const handlings = stored.map(({ entry: { actor, commandId } }) => ({ actor, commandId }));
    const asked = handlings.flatMap((known) => [known, { ...known, commandId: `no ${known.commandId}` }]);
    const found = await store.journal.findAll(asked);
    t.same(
      found,
      stored.flatMap(({ entry }) => [entry, undefined]),
    );
    t.same(await store.journal.findAll([]), []);
  });

  t.test('whatever is text comes back as it was', async (t) => {
    const { store } = await open(t, collections);
    const texts = ['', '\u0000', '"\\\n\u2028', '可乐 330ml 🥤', '\ud83d', '\uffff', 'é', 'e\u0301'];
    const items = texts.map((text, i) =>
      item(
        entryOf('device:d_1', i + 1, { events: [{ type: 'x', data: { [text]: [text, i / 3, -0.5, null, true] } }] }),
      ),
    );
    await store.journal.append(items);
    t.same(
      await store.journal.read('device:d_1', 0, 100),
      items.map(({ entry }) => entry),
    );
  });

  t.test('a scan gives every entry once, actor by actor, in the order of their seqs', async (t) => {
    const { store } = await open(t, collections);
    await store.journal.append([...run('b:1', 1, 12), ...run('a:2', 1, 1), ...run('a:1', 1, 1)]);
    const all = (await collect(store.journal.scan())).map((entry) => `${entry.actor}/${entry.seq}`);
    t.same(all, ['a:1/1', 'a:2/1', ...Array.from({ length: 12 }, (_, i) => `b:1/${i + 1}`)]);
  });

  t.test('a scan shows one moment: what is appended while it runs is not in it', async (t) => {
    const { store } = await open(t, collections);
    await store.journal.append([...run('a:1', 1, 1), ...run('b:1', 1, 1)]);
    const seen: string[] = [];
    for await (const entry of store.journal.scan()) {
      if (seen.length === 0) await store.journal.append([...run('b:1', 2, 2), ...run('c:1', 1, 1)]);
      seen.push(`${entry.actor}/${entry.seq}`);
    }
    t.same(seen, ['a:1/1', 'b:1/1']);
    t.equal((await collect(store.journal.scan())).length, 4);
  });

  t.test('a scan can be left before its end', async (t) => {
    const { store } = await open(t, collections);
    await store.journal.append(run('a:1', 1, 5));
    for await (const entry of store.journal.scan()) if (entry.seq === 2) break;
    t.equal((await collect(store.journal.scan())).length, 5);
  });
}
