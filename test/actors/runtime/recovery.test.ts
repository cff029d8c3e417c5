import t from 'tap';

import type { AnyDefinition } from '../../../src/actors/runtime/definition.js';
import { StoreFailed } from '../../../src/store/ports.js';
import { heard, Lab, tally, withJournal } from '../../support/lab.js';

t.test('R6: a snapshot and the entries behind it give the same state as all entries', async (t) => {
  const lab = new Lab({ limits: { active: 0, keeperMs: 1000 } });
  for (let by = 1; by <= 20; by++) {
    await lab.ask('tally:a', 'add', { by });
    if (by % 7 === 0) await lab.clock.advance(3000);
  }
  const snapshot = await lab.clock.settle(lab.handle.snapshots.latest('tally:a'));
  t.equal(snapshot?.seq, 14, 'taken when the actor left memory');
  lab.crash();
  t.equal(await lab.read('tally:a', 'sum'), 210);
});

t.test('R6: a snapshot of another version of the state is passed over', async (t) => {
  const lab = new Lab();
  await lab.ask('tally:a', 'add', { by: 5 });
  await lab.clock.settle(lab.system.stop());
  t.ok(await lab.clock.settle(lab.handle.snapshots.latest('tally:a')));
  const grown: AnyDefinition = { ...tally, version: 2, initial: () => ({ sum: 1000, log: [], more: true }) };
  lab.crash({ definitions: [grown] });
  t.equal(await lab.read('tally:a', 'sum'), 5, 'folded from the entries');
});

t.test('R6: old events are read through upcasters', async (t) => {
  const lab = new Lab();
  await lab.ask('tally:a', 'add', { by: 5 });
  const inFen: AnyDefinition = {
    ...tally,
    upcast: { added: [(data) => ({ ...(data as object), sum: (data as { sum: number }).sum * 100 })] },
  };
  lab.crash({ definitions: [inFen] });
  t.equal(await lab.read('tally:a', 'sum'), 500);
  await lab.ask('tally:a', 'add', { by: 50 });
  t.same(
    (await lab.entries('tally:a')).map(({ events }) => events[0]?.v),
    [undefined, 2],
  );
  lab.crash({ definitions: [inFen] });
  t.equal(await lab.read('tally:a', 'sum'), 550, 'new ones are written in the new shape, and not brought up again');
});

t.test('ENGINE 19: a gap in the past parks the actor', async (t) => {
  const lab = new Lab();
  for (let by = 1; by <= 3; by++) await lab.ask('tally:a', 'add', { by });
  const { journal } = lab.handle;
  const system = lab.begin(
    withJournal(lab.handle, {
      read: async (...range) => (await journal.read(...range)).filter(({ seq }) => seq !== 2),
    }),
  );
  const answer = await lab.clock.settle(system.read('tally:a', 'sum', {}, 'driver:dr_1'));
  t.match(answer, { unstored: { code: 'parked' } });
  t.match(lab.problems, [{ what: 'parked', actor: 'tally:a', error: { message: /entry 3 where 2 is expected/ } }]);
});

t.test('ENGINE 21: an actor with a damaged entry is parked; all others go on', async (t) => {
  const lab = new Lab();
  await lab.ask('tally:a', 'add', { by: 1 });
  await lab.ask('tally:b', 'add', { by: 2 });
  lab.store.damage('tally:a', 1);
  lab.crash();
  t.match(await lab.ask('tally:a', 'add', { by: 1 }), { ok: false, code: 'parked', stored: false });
  t.equal(await lab.read('tally:b', 'sum'), 2);
});

t.test('ENGINE 2: a store that has failed parks nobody; who asks is told to ask again', async (t) => {
  const lab = new Lab();
  const read = () => Promise.reject(new StoreFailed('the store could not write: no space'));
  const system = lab.begin(withJournal(lab.handle, { read }));
  const answer = await lab.clock.settle(system.read('tally:a', 'sum', {}, 'driver:dr_1'));
  t.match(answer, { unstored: { code: 'unavailable' } });
  t.same(lab.problems, []);
});

t.test('an actor whose past the store does not tell now is not parked: who asks again is served', async (t) => {
  for (const silent of ['journal', 'snapshots'] as const) {
    const lab = new Lab();
    await lab.ask('tally:a', 'add', { by: 1 });
    const { journal, snapshots } = lab.handle;
    const away = new Set([silent]);
    const told = <T>(of: typeof silent, tell: () => Promise<T>) =>
      away.has(of) ? Promise.reject(new Error('connection closed')) : tell();
    const system = lab.begin({
      ...withJournal(lab.handle, { read: (...range) => told('journal', () => journal.read(...range)) }),
      snapshots: {
        insert: (taken) => snapshots.insert(taken),
        latest: (actor) => told('snapshots', () => snapshots.latest(actor)),
        kept: (actor) => snapshots.kept(actor),
      },
    });
    const ask = { to: 'tally:a', type: 'add', input: { by: 10 }, caller: 'driver:dr_1', id: 'again' } as const;
    t.match(await lab.clock.settle(system.ask(ask)), { unstored: { code: 'unavailable' } });
    t.equal(system.gauges().active, 0, 'the activation has ended');
    t.match(lab.problems, [{ what: 'store_slow', actor: 'tally:a', error: { message: 'connection closed' } }]);
    away.clear();
    t.match(heard(await lab.clock.settle(system.ask(ask))), { ok: true, value: { sum: 11 } });
  }
});

t.test('ENGINE 17: promises of an actor whose past the store does not tell now are kept when it does', async (t) => {
  const lab = new Lab();
  const message = { to: 'tally:b', type: 'add', input: { by: 7 }, due: lab.clock.now() + 1000 };
  await lab.ask('tally:a', 'send', { messages: [message] });
  lab.handle.crash();
  const handle = lab.store.open();
  const { journal } = handle;
  let away = true;
  const system = lab.begin(
    withJournal(handle, {
      read: (...range) => (away ? Promise.reject(new Error('connection closed')) : journal.read(...range)),
    }),
  );
  await lab.clock.advance(60_000);
  t.equal(system.gauges().active, 0);
  away = false;
  await lab.clock.advance(5000);
  t.match(heard(await lab.clock.settle(system.read('tally:b', 'sum', {}, 'driver:dr_1'))), { ok: true, value: 7 });
});

t.test('an actor that was passivated is activated by its timer', async (t) => {
  const lab = new Lab({ limits: { active: 0, keeperMs: 1000 } });
  const due = lab.clock.now() + 600_000;
  const message = { to: 'tally:a', type: 'note', input: { text: 'woken' }, due };
  await lab.ask('tally:a', 'send', { messages: [message] });
  await lab.clock.advance(60_000);
  t.equal(lab.system.gauges().active, 0, 'it left memory');
  await lab.clock.advance(600_000);
  t.same(await lab.read('tally:a', 'log'), ['woken']);
});

t.test('R8: actors in memory are bounded, and come back when they are asked', async (t) => {
  const lab = new Lab({ limits: { active: 10, keeperMs: 1000 } });
  for (let i = 0; i < 100; i++) await lab.ask(`tally:t${i}`, 'add', { by: i });
  await lab.clock.advance(30_000);
  t.equal(lab.system.gauges().active, 10);
  t.equal(await lab.read('tally:t3', 'sum'), 3);
});

t.test('R8: an actor that nobody used for a while leaves memory, and comes back as it was', async (t) => {
  const lab = new Lab({ limits: { idleMs: 60_000, keeperMs: 1000 } });
  await lab.ask('tally:idle', 'add', { by: 1 });
  await lab.ask('tally:used', 'add', { by: 2 });
  for (let i = 0; i < 8; i++) {
    await lab.clock.advance(10_000);
    t.equal(await lab.read('tally:used', 'sum'), 2);
  }
  t.equal(lab.system.gauges().active, 1);
  t.equal(await lab.read('tally:idle', 'sum'), 1);
  t.equal(lab.system.gauges().active, 2);
});

t.test('R8: state in memory is bounded by size too', async (t) => {
  const lab = new Lab({ limits: { activeSize: 20_000, keeperMs: 1000 } });
  for (let i = 0; i < 20; i++) await lab.ask(`tally:t${i}`, 'note', { text: 'x'.repeat(5000) });
  await lab.clock.advance(30_000);
  t.ok(lab.system.gauges().active <= 4, `${lab.system.gauges().active} are left`);
});

t.test('ENGINE 17: rows that were not in the views when the node died are there after the next start', async (t) => {
  const lab = new Lab();
  await lab.ask('tally:a', 'add', { by: 5 });
  t.equal(
    await lab.clock.settle(lab.handle.views.get('tallies', 'tally:a')),
    undefined,
    'rows are gathered for a while',
  );
  lab.crash();
  await lab.clock.advance(5000);
  t.same(await lab.clock.settle(lab.handle.views.get('tallies', 'tally:a')), { sum: 5 });
});

t.test('ENGINE 17: a snapshot is taken when the rows of its entries are in the views', async (t) => {
  const lab = new Lab();
  const order: string[] = [];
  const { snapshots, views } = lab.handle;
  const system = lab.begin({
    ...lab.handle,
    snapshots: {
      latest: (actor) => snapshots.latest(actor),
      kept: (actor) => snapshots.kept(actor),
      insert: (some) => {
        order.push('snapshot');
        return snapshots.insert(some);
      },
    },
    views: {
      get: (...row) => views.get(...row),
      find: (query) => views.find(query),
      clear: (collection) => views.clear(collection),
      apply: async (rows) => {
        await views.apply(rows);
        order.push('rows');
      },
    },
  });
  const ask = { to: 'tally:a', caller: 'driver:dr_1' } as const;
  await lab.clock.settle(system.ask({ ...ask, type: 'add', input: { by: 5 }, id: 'c1' }));
  await lab.clock.settle(system.ask({ ...ask, type: 'note', input: { text: 'x'.repeat(70_000) }, id: 'c2' }));
  await lab.clock.until(() => order.length === 2);
  t.same(order, ['rows', 'snapshot']);
});

t.test('ENGINE 17: markers are cleared once all is closed', async (t) => {
  const lab = new Lab();
  await lab.ask('tally:a', 'send', { messages: [{ to: 'tally:b', type: 'note', input: { text: 'x' } }] });
  await lab.clock.advance(10_000);
  const due = await lab.clock.settle(lab.handle.journal.due({ from: 0, to: 4096 }, Infinity, 10));
  t.same(due, []);
});

t.test('stop finishes what was taken, takes snapshots, and refuses the rest', async (t) => {
  const lab = new Lab();
  lab.store.faults.rates.late = 1;
  const answer = lab.send('tally:a', 'add', { by: 5 });
  await lab.clock.until(() => lab.system.gauges().undurable === 1);
  await lab.clock.settle(lab.system.stop());
  t.match(await answer, { value: { outcome: { ok: true } } });
  t.match(await lab.ask('tally:a', 'add', { by: 5 }), { ok: false, code: 'stopping', stored: false });
  t.equal((await lab.clock.settle(lab.handle.snapshots.latest('tally:a')))?.seq, 1);
});
