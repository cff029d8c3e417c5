import t from 'tap';

import type { AnyDefinition } from '../../../src/actors/runtime/definition.js';
import { heard, Lab } from '../../support/lab.js';

t.test('R8: a full mailbox is a typed, retryable refusal, and nothing of it is decided', async (t) => {
  const lab = new Lab({ limits: { mailbox: 5 } });
  const answers = Array.from({ length: 8 }, () => lab.send('tally:a', 'add', { by: 1 }));
  const all = (await lab.clock.settle(Promise.all(answers))).map(heard);
  t.equal(all.filter(({ ok }) => ok).length, 5);
  for (const refused of all.slice(5)) {
    t.match(refused, { ok: false, code: 'overloaded', stored: false, retryAfterMs: Number });
  }
  t.equal(await lab.read('tally:a', 'sum'), 5);
});

t.test('R8: a message that finishes what was begun comes in where new work does not', async (t) => {
  const lab = new Lab({ limits: { mailbox: 2 } });
  await lab.ask('tally:a', 'send', { messages: [{ to: 'tally:b', type: 'note', input: { text: 'x' } }], closes: [] });
  lab.store.faults.rates.late = 1;
  const held = [1, 2].map(() => lab.send('tally:b', 'add', { by: 1 }));
  t.match(heard(await lab.clock.settle(lab.send('tally:b', 'add', { by: 1 }))), { code: 'overloaded' });
  await lab.clock.settle(Promise.all(held));
  await lab.clock.advance(1000);
  t.same(await lab.read('tally:b', 'log'), ['x']);
});

t.test('R8: requests under way on a node are bounded', async (t) => {
  const lab = new Lab({ limits: { asks: 3 } });
  const answers = Array.from({ length: 5 }, (_, i) => lab.send(`tally:t${i}`, 'add', { by: 1 }));
  const codes = (await lab.clock.settle(Promise.all(answers))).map(heard).map((a) => (a.ok ? 'ok' : a.code));
  t.same(codes, ['ok', 'ok', 'ok', 'overloaded', 'overloaded']);
  t.match(await lab.ask('tally:t9', 'add', { by: 1 }), { ok: true }, 'and there is room again');
});

t.test('R8: rows that wait for the views are bounded', async (t) => {
  const lab = new Lab({ limits: { rows: 3 } });
  for (const name of ['a', 'b', 'c']) await lab.ask(`tally:${name}`, 'add', { by: 1 });
  t.match(await lab.ask('tally:d', 'add', { by: 1 }), { code: 'overloaded', stored: false, retryAfterMs: Number });
  await lab.clock.advance(1000);
  t.match(await lab.ask('tally:d', 'add', { by: 1 }), { ok: true }, 'they are in the views, and there is room again');
});

t.test('R8: an activation storm is bounded', async (t) => {
  const lab = new Lab({ limits: { loading: 2, waitingToLoad: 10 } });
  lab.store.faults.rates.lateRead = 1;
  const answers = Array.from({ length: 40 }, (_, i) => lab.send(`tally:t${i}`, 'add', { by: 1 }));
  t.ok(lab.system.gauges().loading <= 10);
  const codes = (await lab.clock.settle(Promise.all(answers))).map(heard).map((a) => (a.ok ? 'ok' : a.code));
  t.equal(codes.filter((code) => code === 'ok').length, 12);
  t.equal(codes.filter((code) => code === 'overloaded').length, 28);
});

t.test('an exception in decide refuses that command, is reported with its stack, and disturbs nobody', async (t) => {
  const lab = new Lab();
  await lab.ask('tally:a', 'add', { by: 1 });
  const [exploded, next] = await lab.clock.settle(
    Promise.all([lab.ask('tally:a', 'explode', {}, 'boom'), lab.ask('tally:a', 'add', { by: 1 })]),
  );
  t.match(exploded, { ok: false, code: 'decision_failed', stored: false });
  t.match(next, { ok: true, value: { sum: 2 } });
  t.match(lab.problems, [
    { what: 'decision_failed', actor: 'tally:a', commandId: 'driver:dr_1:boom', error: { stack: /lab\.ts/ } },
  ]);
});

t.test('an exception in evolve parks the actor and keeps the entry; others are untouched', async (t) => {
  const lab = new Lab();
  await lab.ask('tally:b', 'add', { by: 1 });
  t.match(await lab.ask('tally:a', 'rot'), { ok: true }, 'it was decided and stored');
  t.match(await lab.ask('tally:a', 'add', { by: 1 }), { ok: false, code: 'parked', stored: false });
  t.equal((await lab.entries('tally:a')).length, 1);
  t.match(await lab.ask('tally:b', 'add', { by: 1 }), { ok: true });
  lab.crash();
  t.match(await lab.ask('tally:a', 'add', { by: 1 }), { ok: false, code: 'parked' }, 'until its code is mended');
});

t.test('a definition that alters what it has decided is found out', async (t) => {
  // It keeps the event's own array, and later pushes to it: the entry behind it would say what it never decided.
  const careless: AnyDefinition = {
    kind: 'careless',
    version: 1,
    initial: () => ({ lines: [] }),
    decide: {
      put: (_, { lines }: { lines: string[] }) => ({ reply: null, events: [{ type: 'put', data: { lines } }] }),
      add: () => ({ reply: null, events: [{ type: 'added', data: {} }] }),
    },
    evolve: {
      put: (state: { lines: string[] }, data: { lines: string[] }) => {
        state.lines = data.lines;
      },
      added: ({ lines }: { lines: string[] }) => {
        lines.push('x');
      },
    },
  };
  const lab = new Lab({ definitions: [careless] });
  t.match(await lab.ask('careless:a', 'put', { lines: ['a'] }), { ok: true });
  await lab.ask('careless:a', 'add');
  t.match(lab.problems, [{ what: 'parked', actor: 'careless:a', error: TypeError }]);
});

t.test('R8: while snapshots are written slowly, one of each actor waits, all that wait in one', async (t) => {
  const lab = new Lab();
  const { snapshots } = lab.handle;
  const calls: (readonly string[])[] = [];
  const slow: (() => void)[] = [];
  const system = lab.begin({
    ...lab.handle,
    snapshots: {
      latest: (actor) => snapshots.latest(actor),
      kept: (actor) => snapshots.kept(actor),
      insert: async (taken) => {
        calls.push(taken.map(({ actor, seq }) => `${actor} ${seq}`));
        await new Promise<void>((resolve) => slow.push(resolve));
        await snapshots.insert(taken);
      },
    },
  });
  let asked = 0;
  const grow = async (to: 'tally:a' | 'tally:b' | 'tally:c'): Promise<void> => {
    // Longer than the tail for which a first snapshot is due; five more are as long as the next one's.
    const input = { text: 'x'.repeat(70_000) };
    await lab.clock.settle(system.ask({ to, type: 'note', input, caller: 'driver:dr_1', id: `c${++asked}` }));
    await lab.clock.advance(2000);
  };
  for (let i = 0; i < 7; i++) for (const actor of ['tally:a', 'tally:b', 'tally:c'] as const) await grow(actor);
  t.same(calls, [['tally:a 1']]);
  slow.shift()?.();
  await lab.clock.advance(2000);
  t.same(calls.slice(1), [['tally:b 1', 'tally:c 1']]);
  slow.shift()?.();
  await grow('tally:a');
  t.same(calls.slice(2), [['tally:a 8']], 'once it is there, the next is taken');
  slow.shift()?.();
});
