import t from 'tap';

import { SimulatedStore, type SimulatedOptions } from '../../src/store/simulated/index.js';
import { JumpingClock, seeded } from './support/clock.js';
import { entryOf, item, run, seqsOf, short } from './support/entries.js';

/** Longer than any majority is away. */
const LONG_MS = 5000;

/** A store that loses its majority with the first write, and is without it until `later` has passed. */
function minority(fate: 'vanishes' | 'lasts', options: Partial<SimulatedOptions> = {}) {
  const clock = new JumpingClock();
  const chances = seeded(1);
  let ending = false;
  const random = () => (ending ? (fate === 'vanishes' ? 0 : 0.9) : chances());
  const store = new SimulatedStore({
    ...{ clock, random, collections: [{ name: 'sales', indexes: [] }], rates: { noMajority: 1 } },
    ...options,
  });
  const later = (ms: number) =>
    new Promise<void>((resolve) => {
      clock.after(ms, resolve);
    });
  const handle = store.open();
  const begin = async (...seqs: [from: number, to: number]) => {
    const results = short(await handle.journal.append(run('a:1', ...seqs)));
    store.faults.rates.noMajority = 0;
    return results;
  };
  const end = async () => {
    ending = true;
    await later(LONG_MS);
    ending = false;
  };
  return { clock, store, handle, begin, end };
}

for (const fate of ['vanishes', 'lasts'] as const) {
  t.test(
    `ENGINE 2, 4: a row that no majority has is not said to be stored, collides, is not shown, and ${fate}`,
    async (t) => {
      const { store, handle, begin, end } = minority(fate);
      const other = store.open();
      t.same(await begin(1, 2), ['unknown', 'unknown']);
      t.same(await seqsOf(other, 'a:1'), []);
      t.equal(await other.journal.find('a:1', entryOf('a:1', 1).commandId), undefined);
      t.same(short(await other.journal.append(run('a:1', 1, 2, { epoch: 'n_2/1' }))), ['unknown', 'unknown']);
      t.same(
        short(await handle.journal.append(run('a:1', 1, 2))),
        ['unknown', 'unknown'],
        'sent again it meets itself',
      );
      t.equal(store.faults.counts.collidedUnseen, 2, 'and of each call the first row');
      await end();
      if (fate === 'vanishes') {
        t.same(await seqsOf(other, 'a:1'), []);
        t.equal(store.faults.counts.rolledBack, 2);
        t.same(short(await other.journal.append(run('a:1', 1, 2, { epoch: 'n_2/1' }))), ['stored', 'stored']);
      } else {
        t.same(await seqsOf(other, 'a:1'), [1, 2]);
        t.same(short(await handle.journal.append(run('a:1', 1, 2))), ['met 1', 'met 2']);
      }
    },
  );
}

t.test('a marker is seen when a majority has its entry', async (t) => {
  const { store, handle, end } = minority('lasts');
  const due = async () => (await handle.journal.due({ from: 0, to: 4096 }, 9, 9)).length;
  await handle.journal.append([item(entryOf('a:1', 1), 5)]);
  store.faults.rates.noMajority = 0;
  t.equal(await due(), 0);
  await end();
  t.equal(await due(), 1);
});

t.test('what is lazy is refused while no majority is there', async (t) => {
  const { handle, begin, end } = minority('lasts');
  await begin(1, 1);
  const rows = [{ collection: 'sales', id: 's_1', version: 1, fields: { i: 1 } }];
  await t.rejects(handle.views.apply(rows), { message: 'no majority has it' });
  await end();
  await handle.views.apply(rows);
  t.same(await handle.views.get('sales', 's_1'), { i: 1 });
});

t.test('without S2 a row that no majority has is said to be stored, and vanishes', async (t) => {
  const { handle, begin, end } = minority('vanishes', { without: 'majorityWrites' });
  t.same(await begin(1, 1), ['stored']);
  await end();
  t.same(await seqsOf(handle, 'a:1'), []);
});

t.test('without S4 a row that no majority has is shown, and vanishes', async (t) => {
  const { handle, begin, end } = minority('vanishes', { without: 'majorityReads' });
  await begin(1, 1);
  t.same(await seqsOf(handle, 'a:1'), [1]);
  t.same(short(await handle.journal.append(run('a:1', 1, 1))), ['met 1']);
  await end();
  t.same(await seqsOf(handle, 'a:1'), []);
});

t.test('a crash takes nothing from a store that is apart', async (t) => {
  const clock = new JumpingClock();
  const collections = [{ name: 'sales', indexes: [] }];
  const store = new SimulatedStore({ clock, random: seeded(1), collections, apart: true });
  for (let i = 1; i <= 8; i += 1) {
    const handle = store.open();
    await handle.views.apply([{ collection: 'sales', id: `s_${i}`, version: 1, fields: { i } }]);
    handle.crash();
  }
  const { views } = store.open();
  for (let i = 1; i <= 8; i += 1) t.same(await views.get('sales', `s_${i}`), { i });
});

t.test('while the way there is cut nothing arrives; while the way back is, it is done and nobody hears', async (t) => {
  const store = new SimulatedStore({ clock: new JumpingClock(), random: seeded(1) });
  const [handle, other] = [store.open(), store.open()];
  handle.cut({ asks: true, answers: false });
  await t.rejects(handle.journal.append(run('a:1', 1, 1)), { message: 'the store does not answer' });
  await t.rejects(handle.journal.read('a:1', 0, 9), { message: 'the store does not answer' });
  t.same(await seqsOf(other, 'a:1'), [], 'another node’s way is whole');
  handle.cut({ asks: false, answers: true });
  await t.rejects(handle.journal.append(run('a:1', 1, 1)), { message: 'the store does not answer' });
  t.same(await seqsOf(other, 'a:1'), [1]);
  handle.mend();
  t.same(short(await handle.journal.append(run('a:1', 1, 1))), ['met 1']);
});
