import t from 'tap';

import { SimulatedStore, type FaultKind, type SimulatedOptions } from '../../src/store/simulated/index.js';
import { JumpingClock, seeded } from './support/clock.js';
import { entryOf, item, run, seqsOf, short } from './support/entries.js';

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
t.comment(`SEED=${seed}`);

function simulated(options: Partial<SimulatedOptions> = {}) {
  const clock = new JumpingClock();
  const store = new SimulatedStore({
    clock,
    random: seeded(seed),
    collections: [{ name: 'sales', indexes: [] }],
    ...options,
  });
  return { clock, store };
}

/** A store in which one fault strikes every call, until it is switched off. */
function struckBy(kind: FaultKind) {
  const { clock, store } = simulated({ rates: { [kind]: 1 } });
  return { clock, store, calm: () => (store.faults.rates[kind] = 0) };
}

const later = (clock: JumpingClock, ms: number) =>
  new Promise<void>((resolve) => {
    clock.after(ms, resolve);
  });

t.test('late: the answer is right, and takes its time', async (t) => {
  const { clock, store } = struckBy('late');
  t.same(short(await store.open().journal.append(run('a:1', 1, 2))), ['stored', 'stored']);
  t.ok(clock.now() > 40);
});

t.test('lost: nothing is stored, and the outcome is unknown', async (t) => {
  const { store, calm } = struckBy('lost');
  const handle = store.open();
  t.same(short(await handle.journal.append(run('a:1', 1, 2))), ['unknown', 'unknown']);
  calm();
  t.same(await seqsOf(handle, 'a:1'), []);
});

t.test('replyLost: all is stored, the outcome is unknown, and sent again it meets itself', async (t) => {
  const { store, calm } = struckBy('replyLost');
  const handle = store.open();
  t.same(short(await handle.journal.append(run('a:1', 1, 2))), ['unknown', 'unknown']);
  t.same(await seqsOf(handle, 'a:1'), [1, 2]);
  calm();
  t.same(short(await handle.journal.append(run('a:1', 1, 2))), ['met 1', 'met 2']);
});

t.test('torn: of each actor a first part is stored, and only what is stored is said to be', async (t) => {
  const { store } = struckBy('torn');
  const handle = store.open();
  const lengths = new Set<string>();
  for (let i = 0; i < 40; i += 1) {
    const actors = [`a:${i}`, `b:${i}`] as const;
    const results = await handle.journal.append(actors.flatMap((actor) => run(actor, 1, 4)));
    for (const [place, actor] of actors.entries()) {
      const own = short(results.slice(place * 4, place * 4 + 4));
      const stored = await seqsOf(handle, actor);
      t.same(stored, [1, 2, 3, 4].slice(0, stored.length), 'no hole');
      const told = own.filter((state) => state === 'stored').length;
      t.same(
        own,
        [1, 2, 3, 4].map((_, j) => (j < told ? 'stored' : 'unknown')),
      );
      t.ok(told <= stored.length);
      lengths.add(`${told} of ${stored.length}`);
    }
  }
  t.ok(lengths.size > 5, `${lengths.size} ways to tear`);
});

t.test('lateWrite: the outcome is unknown, and the write arrives when its node has gone', async (t) => {
  const { clock, store, calm } = struckBy('lateWrite');
  const former = store.open();
  t.same(short(await former.journal.append([item(entryOf('a:1', 1), 5)])), ['unknown']);
  former.crash();
  calm();
  const next = store.open();
  t.same(await seqsOf(next, 'a:1'), []);
  await later(clock, 4000);
  t.same(await seqsOf(next, 'a:1'), [1]);
  t.equal((await next.journal.due({ from: 0, to: 4096 }, 9, 9)).length, 1, 'with its marker');
});

t.test('S1: a late write that meets another owner stores nothing behind that', async (t) => {
  const { clock, store, calm } = struckBy('lateWrite');
  const former = store.open();
  await former.journal.append(run('a:1', 1, 3));
  former.crash();
  calm();
  const next = store.open();
  t.same(short(await next.journal.append(run('a:1', 1, 1, { epoch: 'n_2/1' }))), ['stored']);
  await later(clock, 4000);
  t.same(
    (await next.journal.read('a:1', 0, 9)).map(({ epoch }) => epoch),
    ['n_2/1'],
  );
});

t.test('twice: a write that arrives a second time changes nothing', async (t) => {
  const { clock, store } = struckBy('twice');
  const handle = store.open();
  t.same(short(await handle.journal.append(run('a:1', 1, 2))), ['stored', 'stored']);
  await later(clock, 4000);
  t.same(
    await handle.journal.read('a:1', 0, 9),
    run('a:1', 1, 2).map(({ entry }) => entry),
  );
});

t.test('lateRead: what is read is as old as the answer is late', async (t) => {
  const { clock, store } = struckBy('lateRead');
  const handle = store.open();
  await handle.journal.append(run('a:1', 1, 1));
  const before = clock.now();
  t.same(await seqsOf(handle, 'a:1'), [1]);
  t.ok(clock.now() - before > 40);
});

t.test('each fault that strikes is counted by its name', async (t) => {
  for (const kind of ['late', 'lost', 'replyLost', 'torn', 'lateWrite', 'twice', 'lateRead'] as const) {
    const { store } = struckBy(kind);
    const handle = store.open();
    await handle.journal.append(run('a:1', 1, 1));
    await handle.journal.read('a:1', 0, 1);
    t.same(store.faults.counts, { ...simulated().store.faults.counts, [kind]: 1 });
  }
});

t.test('after a crash nobody hears anything, and of the writes under way some arrive', async (t) => {
  const { clock, store } = simulated();
  let heard = 0;
  for (let i = 0; i < 50; i += 1) {
    const handle = store.open();
    const tell = () => (heard += 1);
    handle.journal.append(run(`a:${i}`, 1, 1)).then(tell, tell);
    handle.journal.read('b:1', 0, 1).then(tell, tell);
    handle.crash();
    handle.journal.append(run('c:1', 1, 1)).then(tell, tell);
  }
  await later(clock, 4000);
  t.equal(heard, 0);
  const handle = store.open();
  const { crashedWrite, orphanedWrite } = store.faults.counts;
  t.equal(crashedWrite + orphanedWrite, 50);
  t.ok(crashedWrite > 0 && orphanedWrite > 0);
  let arrived = 0;
  for (let i = 0; i < 50; i += 1) arrived += (await seqsOf(handle, `a:${i}`)).length;
  t.equal(arrived, orphanedWrite);
  t.same(await seqsOf(handle, 'c:1'), [], 'what a node asks after its crash does not exist');
});

t.test('a crash keeps every entry and marker, and a first part of what was lazy', async (t) => {
  const { store } = simulated();
  let gone = 0;
  for (let round = 1; round <= 20; round += 1) {
    const handle = store.open();
    const id = (i: number) => `s_${round}_${i}`;
    await handle.journal.append([item(entryOf(`a:${round}`, 1), 5)]);
    for (let i = 1; i <= 8; i += 1) {
      await handle.views.apply([{ collection: 'sales', id: id(i), version: 1, fields: { i } }]);
    }
    handle.crash();
    const next = store.open();
    const there: boolean[] = [];
    for (let i = 1; i <= 8; i += 1) there.push((await next.views.get('sales', id(i))) !== undefined);
    t.same(there, [...there].sort().reverse(), 'no later one without an earlier one');
    gone += there.filter((is) => !is).length;
    t.equal((await next.journal.due({ from: 0, to: 4096 }, 9, 99)).length, round);
  }
  t.ok(gone > 0);
  t.equal(store.faults.counts.lazyLost, gone);
});

t.test('after a crash no snapshot stands without the rows that were written before it', async (t) => {
  const { store } = simulated();
  const met = { both: 0, rowAlone: 0, neither: 0 };
  for (let round = 1; round <= 30; round += 1) {
    const handle = store.open();
    const actor = `a:${round}` as const;
    await handle.views.apply([{ collection: 'sales', id: actor, version: 1, fields: {} }]);
    await handle.snapshots.insert([{ actor, seq: 1, version: 1, body: '{}' }]);
    handle.crash();
    const next = store.open();
    const row = (await next.views.get('sales', actor)) !== undefined;
    const snapshot = (await next.snapshots.latest(actor)) !== undefined;
    t.ok(row || !snapshot);
    met[snapshot ? 'both' : row ? 'rowAlone' : 'neither'] += 1;
  }
  t.ok(met.both > 0 && met.rowAlone > 0 && met.neither > 0, JSON.stringify(met));
});

t.test('the same seed meets the same faults and gives the same answers', async (t) => {
  const rates = { late: 0.1, lost: 0.1, replyLost: 0.1, torn: 0.2, lateWrite: 0.1, twice: 0.1, lateRead: 0.2 };
  const trace = async () => {
    const { clock, store } = simulated({ rates, random: seeded(seed) });
    let handle = store.open();
    const told: unknown[] = [];
    for (let i = 1; i <= 60; i += 1) {
      told.push(short(await handle.journal.append(run(`a:${i % 7}`, i, i + 2))), clock.now());
      told.push(await seqsOf(handle, `a:${i % 7}`));
      if (i % 20 === 0) {
        handle.crash();
        handle = store.open();
      }
    }
    return { told, counts: store.faults.counts };
  };
  t.same(await trace(), await trace());
});

t.test('without S1 a torn call leaves holes', async (t) => {
  const { store } = simulated({ without: 'order', rates: { torn: 1 } });
  const handle = store.open();
  let holes = 0;
  for (let i = 0; i < 20; i += 1) {
    await handle.journal.append(run(`a:${i}`, 1, 5));
    const seqs = await seqsOf(handle, `a:${i}`);
    if (seqs.some((seq, place) => seq !== place + 1)) holes += 1;
  }
  t.ok(holes > 0);
});

t.test('without S1 entries behind a collision are stored', async (t) => {
  const { store } = simulated({ without: 'order' });
  const handle = store.open();
  await handle.journal.append(run('a:1', 1, 1));
  t.same(short(await handle.journal.append(run('a:1', 1, 2, { epoch: 'n_2/1' }))), ['met 1', 'stored']);
});

t.test('without the second key of S3 a command acts twice', async (t) => {
  const { store } = simulated({ without: 'commandKey' });
  const handle = store.open();
  await handle.journal.append(run('a:1', 1, 1));
  const repeat = entryOf('a:1', 2, { commandId: entryOf('a:1', 1).commandId });
  t.same(short(await handle.journal.append([item(repeat)])), ['stored']);
});
