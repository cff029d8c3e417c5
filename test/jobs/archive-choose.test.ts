/** Which entries may be archived, rule by rule. */
import t from 'tap';

import { Memory } from '../../src/actors/runtime/memory.js';
import { choose } from '../../src/jobs/archive/choose.js';
import type { Snapshot } from '../../src/store/ports.js';
import { Lab, tally } from '../support/lab.js';

const A = 'tally:a';

/** Ten entries, the third of which promises something for a day later, and snapshots of these seqs. */
async function aged(snapshots: readonly number[], version = 1): Promise<Lab> {
  const lab = new Lab();
  for (let n = 1; n <= 10; n++) {
    const due = lab.clock.now() + 86_400_000;
    const messages = [{ to: A, type: 'note', input: { text: 'later' }, due, label: 'later' }];
    if (n === 3) await lab.ask(A, 'send', { messages });
    else await lab.ask(A, 'add', { by: n });
    await lab.clock.advance(1000);
  }
  // What the rows of these entries were marked for is in the views.
  const cleared = [1, 2, 4, 5, 6, 7, 8, 9, 10].map((seq) => ({ actor: A, seq }) as const);
  await lab.clock.settle(lab.handle.journal.rewake(cleared));
  const entries = await lab.entries(A);
  const taken = snapshots.map((seq): Snapshot => {
    const memory = new Memory(tally, A, 64);
    for (const entry of entries.slice(0, seq)) memory.fold(entry);
    return { ...memory.snapshot(), version };
  });
  await lab.clock.settle(lab.handle.snapshots.insert(taken));
  return lab;
}

/** The seqs that may be archived, and why others may not. */
async function chosen(lab: Lab, before = lab.clock.now(), definitions = [tally]) {
  const { chapters, left } = await lab.clock.settle(choose({ store: lab.handle, definitions, before }));
  const seqs = chapters.flatMap(({ after, entries }) => Array.from({ length: entries }, (_, i) => after + 1 + i));
  return { seqs, left: Object.fromEntries(Object.entries(left).filter(([, n]) => n > 0)) };
}

t.test('A1: entries that are older than the date', async (t) => {
  const lab = await aged([8, 9]);
  const [, , , , fifth] = await lab.entries(A);
  t.same((await chosen(lab, fifth!.at)).seqs, [1, 2, 4]);
  t.same((await chosen(lab, fifth!.at + 1)).seqs, [1, 2, 4, 5]);
  t.same(await chosen(lab, 0), { seqs: [], left: {} });
});

t.test('A2: none behind the older of two snapshots, so the last never', async (t) => {
  t.same(await chosen(await aged([5, 9])), {
    seqs: [1, 2, 4, 5],
    left: { 'behind the snapshots': 5, 'under a marker': 1 },
  });
  t.same((await chosen(await aged([9, 10]))).seqs, [1, 2, 4, 5, 6, 7, 8, 9]);
});

t.test('A2: where there is no snapshot, none is; nor by a snapshot that this release does not read', async (t) => {
  const none = { seqs: [], left: { 'behind the snapshots': 10 } };
  t.same(await chosen(await aged([])), none);
  t.same(await chosen(await aged([5, 9], 2)), none);
  t.same(await chosen(await aged([9], 2)), none);
  t.same(await chosen(await aged([5, 9]), undefined, []), none, 'nor of actors of an unknown kind');
});

t.test('A2: beside the only snapshot a second is made, of the entries, and it gives the same state', async (t) => {
  const lab = await aged([9]);
  t.same((await chosen(lab)).seqs, [1, 2, 4, 5, 6, 7, 8]);
  const kept = await lab.clock.settle(lab.handle.snapshots.kept(A));
  t.same(
    kept.map(({ seq }) => seq),
    [9, 8],
  );
  const [memory, right] = [new Memory(tally, A, 64), new Memory(tally, A, 64)];
  t.ok(memory.restore(kept[1]!));
  for (const entry of (await lab.entries(A)).slice(0, 8)) right.fold(entry);
  t.same(memory.state, right.state);
  t.same([...memory.open], [...right.open]);
  const young = await aged([9]);
  const [, , , , fifth] = await young.entries(A);
  t.same((await chosen(young, fifth!.at)).seqs, [1, 2, 4], 'of the old ones alone, where they end before it');
  t.same((await chosen(await aged([1]))).seqs, [], 'before the first there is none');
});

t.test('A3, A4: none that has a marker, none whose promise is open', async (t) => {
  const lab = await aged([8, 9]);
  t.same((await chosen(lab)).left, { 'behind the snapshots': 2, 'under a marker': 1 });
  await lab.clock.settle(lab.handle.journal.rewake([{ actor: A, seq: 3 }]));
  t.same(await chosen(lab), {
    seqs: [1, 2, 4, 5, 6, 7, 8],
    left: { 'behind the snapshots': 2, 'with an open promise': 1 },
  });
});
