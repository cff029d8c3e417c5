/** Actors whose old entries were archived: nobody notices, but who would need what they held is told so. */
import t from 'tap';

import { defaultLimits } from '../../../src/actors/runtime/options.js';
import type { Node } from '../../../src/actors/runtime/node.js';
import type { Snapshot } from '../../../src/store/ports.js';
import { heard, Lab } from '../../support/lab.js';
import { whole } from '../../support/journal.js';

type Options = ConstructorParameters<typeof Lab>[0];

/** A tally that was told 1 to 6, left memory after the fourth, and of whom three entries are archived. */
async function aged(more: Options = {}): Promise<Lab> {
  const lab = new Lab({ ...more, limits: { ...defaultLimits, ...more.limits, active: 0, keeperMs: 1000 } });
  for (let by = 1; by <= 6; by++) {
    await lab.ask('tally:a', 'add', { by }, `by${by}`);
    if (by === 4) await lab.clock.advance(3000);
  }
  await archive(lab, 3);
  return lab;
}

/** Archives the first entries of `tally:a`, as who looks at its snapshots first. */
async function archive({ clock, handle }: Lab, count: number): Promise<void> {
  const { journal, snapshots } = handle;
  const [snapshot] = await clock.settle(snapshots.kept('tally:a'));
  if (!snapshot || snapshot.seq < count) throw new Error('no snapshot stands for them');
  const entries = (await clock.settle(journal.read('tally:a', 0, count))).map(whole);
  if ((await clock.settle(journal.recast(entries, 'archived'))) !== count) throw new Error('they are not archived');
}

for (const recentIds of [64, 1]) {
  t.test(
    `R4: with ${recentIds} ids known by heart, an archived command that comes again gets the first answer`,
    async (t) => {
      const lab = await aged({ limits: { recentIds } });
      const answer = { ok: true, value: { sum: 3 }, seq: 2 };
      t.match(await lab.ask('tally:a', 'add', { by: 2 }, 'by2'), answer);
      t.match(await lab.ask('tally:a', 'add', { by: 7 }, 'by2'), { ok: false, code: 'id_reused' });
      lab.crash();
      t.match(await lab.ask('tally:a', 'add', { by: 2 }, 'by2'), answer);
      t.match(await lab.ask('tally:a', 'add', { by: 7 }, 'by2'), { ok: false, code: 'id_reused' });
      t.equal(await lab.read('tally:a', 'sum'), 21);
    },
  );
}

for (const again of [false, true]) {
  t.test(`R5: a message that comes ${again ? 'again' : 'as if for the first time'} is not handled twice`, async (t) => {
    let node: Node | undefined;
    const lab = new Lab({ limits: { ...defaultLimits, recentIds: 1 }, transport: (local) => (node = local) });
    const message = { id: 'tally:b/1/0', from: 'tally:b', to: 'tally:a', type: 'add', hop: 1 } as const;
    const deliver = async () =>
      heard(await lab.clock.settle(node!.deliver({ ...message, input: { by: 5 }, due: lab.clock.now(), again })));
    t.match(await deliver(), { ok: true, value: { sum: 5 } });
    for (const by of [1, 2]) await lab.ask('tally:a', 'add', { by });
    await lab.clock.settle(lab.system.stop());
    await archive(lab, 2);
    lab.crash();
    t.match(await deliver(), { ok: true, value: { sum: 5 }, seq: 1 });
    t.equal(await lab.read('tally:a', 'sum'), 8);
  });
}

t.test('R6: it begins from its snapshot', async (t) => {
  const lab = await aged();
  lab.crash();
  t.equal(await lab.read('tally:a', 'sum'), 21);
  t.match(await lab.ask('tally:a', 'add', { by: 9 }), { ok: true, value: { sum: 30 }, seq: 7 });
  t.same(lab.problems, []);
});

t.test('ENGINE 21: without its snapshots it is parked, and never begun from nothing or from a part', async (t) => {
  const lab = await aged();
  const gone = (): Promise<Snapshot | undefined> => Promise.resolve(undefined);
  const nowhere = { insert: () => Promise.resolve() };
  const system = lab.begin({ ...lab.handle, snapshots: { ...nowhere, latest: gone, kept: () => Promise.resolve([]) } });
  const ask = { to: 'tally:a', type: 'add', input: { by: 1 }, caller: 'driver:dr_1', id: 'new' } as const;
  t.match(heard(await lab.clock.settle(system.ask(ask))), { ok: false, code: 'parked' });
  t.match(lab.problems, [
    {
      what: 'parked',
      actor: 'tally:a',
      error: {
        message:
          'entry 1 of tally:a is archived, and no snapshot that this release reads stands behind it: ' +
          'put it back with "backseat archive --back <file>"',
      },
    },
  ]);
  t.same([system.parked(), lab.system.parked()], [1, 0], 'an operator sees how many there are');
  const { journal } = lab.handle;
  t.equal((await lab.clock.settle(journal.read('tally:a', 0, 9))).length, 6, 'nothing was written');
});

t.test(
  'ENGINE 20: a client that was away behind archived entries has lagged; one behind them is told what it missed',
  async (t) => {
    const lab = await aged();
    const missed = async (after: number) => lab.clock.settle(lab.system.missed('tally:a/sum', after));
    for (const after of [0, 1, 2])
      t.match(await missed(after), { value: { lagged: true, pushes: { length: 0 }, head: 6 } });
    t.match(await missed(3), { value: { lagged: false, pushes: [{ seq: 4 }, { seq: 5 }, { seq: 6 }] } });
    t.match(await missed(6), { value: { lagged: false, pushes: { length: 0 }, head: 6 } });
  },
);

t.test(
  'ENGINE 7: an owner whose word was lost meets its own entry, archived since, and answers as it had decided',
  async (t) => {
    const lab = new Lab();
    const { journal } = lab.handle;
    const asked = lab.send('tally:a', 'add', { by: 5 }, 'lost');
    lab.store.faults.rates.replyLost = 1;
    const stored = async () => (await lab.clock.settle(journal.read('tally:a', 0, 1)))[0];
    for (let entry = await stored(); ; entry = await stored()) {
      if (!entry) continue;
      t.equal(await lab.clock.settle(journal.recast([whole(entry)], 'archived')), 1);
      break;
    }
    lab.store.faults.rates.replyLost = 0;
    t.match(heard(await lab.clock.settle(asked)), { ok: true, value: { sum: 5 }, seq: 1 });
    t.match(lab.pushes, [{ seq: 1, data: { sum: 5 } }], 'and what it told is told');
  },
);
