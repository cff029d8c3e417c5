import t from 'tap';

import { noMeters } from '../../../src/actors/runtime/problems.js';
import { Lab } from '../../support/lab.js';

t.test('R1: commands of one actor are decided one after the other, in the order of their arrival', async (t) => {
  const lab = new Lab();
  const answers = [1, 2, 3].map((by) => lab.send('tally:a', 'add', { by }));
  await lab.clock.settle(Promise.all(answers));
  const entries = await lab.entries('tally:a');
  t.same(
    entries.map(({ seq, events }) => [seq, events[0]?.data]),
    [
      [1, { by: 1, sum: 1 }],
      [2, { by: 2, sum: 3 }],
      [3, { by: 3, sum: 6 }],
    ],
  );
});

t.test('R2: an answer leaves when its entry is durable, and not before', async (t) => {
  const lab = new Lab();
  lab.store.faults.rates.late = 1;
  let answered = false;
  const answer = lab.send('tally:a', 'add', { by: 1 }).then(() => (answered = true));
  await lab.clock.until(() => lab.system.gauges().undurable === 1);
  t.notOk(answered, 'the turn is decided, its entry on the way');
  t.same(lab.pushes, [], 'and no push has left');
  await lab.clock.settle(answer);
  t.equal((await lab.entries('tally:a')).length, 1);
  t.same(
    lab.pushes.map(({ seq }) => seq),
    [1],
  );
});

t.test('ENGINE 10: a read that was judged on undurable turns leaves when they are durable', async (t) => {
  const lab = new Lab();
  await lab.ask('tally:a', 'add', { by: 1 });
  lab.store.faults.rates.late = 1;
  const order: string[] = [];
  const write = lab.send('tally:a', 'add', { by: 4 }).then(() => order.push('write'));
  await lab.clock.until(() => lab.system.gauges().undurable === 1);
  const read = lab.read('tally:a', 'sum').then((sum) => order.push(`read ${JSON.stringify(sum)}`));
  await lab.clock.settle(Promise.all([write, read]));
  t.same(order, ['write', 'read 5'], 'it sees the new sum, and tells it after the disk has it');
});

t.test('R4: a repeated command id gets the first answer and changes nothing', async (t) => {
  const lab = new Lab();
  const first = await lab.ask('tally:a', 'add', { by: 1 }, 'same');
  await lab.ask('tally:a', 'add', { by: 10 });
  t.same(await lab.ask('tally:a', 'add', { by: 1 }, 'same'), first);
  t.equal(await lab.read('tally:a', 'sum'), 11);

  t.test('also while the first is still on its way to the disk', async (t) => {
    lab.store.faults.rates.late = 1;
    const both = [1, 2].map(() => lab.send('tally:a', 'add', { by: 100 }, 'twin'));
    const answers = await lab.clock.settle(Promise.all(both));
    t.same(answers[0], answers[1]);
    t.equal(await lab.read('tally:a', 'sum'), 111);
  });
});

t.test('ENGINE 12: in a backlog longer than what is known by heart a repeat costs nobody a turn', async (t) => {
  let [stored, activated] = [0, 0];
  const meters = { ...noMeters, flushed: (entries: number) => (stored += entries), activated: () => ++activated };
  const lab = new Lab({ meters, limits: { recentIds: 4 } });
  await lab.ask('tally:a', 'add', { by: 0 });
  [stored, activated] = [0, 0];
  lab.store.faults.rates.late = 1;
  const numbers = Array.from({ length: 20 }, (_, i) => i);
  const ask = (i: number) => lab.send('tally:a', 'add', { by: 1 }, `n${i}`);
  const [first, second] = [numbers.map(ask), numbers.map(ask)];
  t.same(await lab.clock.settle(Promise.all(second)), await lab.clock.settle(Promise.all(first)));
  t.equal(await lab.read('tally:a', 'sum'), 20);
  t.same([stored, activated], [20, 0], 'each was decided once, and the past is not read again');
});

t.test(
  'ENGINE 12: the same id with other content, or from another caller, shows nothing of the first reply',
  async (t) => {
    const lab = new Lab();
    await lab.ask('tally:a', 'add', { by: 1 }, 'same');
    t.match(await lab.ask('tally:a', 'add', { by: 2 }, 'same'), { ok: false, code: 'id_reused', stored: false });
    t.match(await lab.ask('tally:a', 'add', { by: 2 }, 'same', 'driver:dr_2'), { ok: true, value: { sum: 3 } });
  },
);

t.test('ENGINE 12: a repeat is a repeat though the server added other facts to it', async (t) => {
  const { clock, system } = new Lab();
  const ask = { to: 'tally:a', type: 'add', said: { by: 'one' }, caller: 'driver:dr_1', id: 'same' } as const;
  const first = await clock.settle(system.ask({ ...ask, input: { by: 1 } }));
  t.same(await clock.settle(system.ask({ ...ask, input: { by: 2 } })), first);
});

t.test('ENGINE 12: an id that memory has forgotten is met at the store, and still takes effect once', async (t) => {
  const lab = new Lab();
  const first = await lab.ask('tally:a', 'add', { by: 1 }, 'old');
  for (let i = 0; i < 100; i++) await lab.ask('tally:a', 'add', { by: 1 });
  // Decided in one batch with it: a turn that stands on the false one is decided again.
  const [old, next] = await lab.clock.settle(
    Promise.all([lab.ask('tally:a', 'add', { by: 1 }, 'old'), lab.ask('tally:a', 'add', { by: 1000 }, 'next')]),
  );
  t.same(old, first);
  t.match(next, { ok: true, value: { sum: 1101 } });
  t.match(await lab.ask('tally:a', 'add', { by: 7 }, 'old'), { ok: false, code: 'id_reused' });
  t.equal(await lab.read('tally:a', 'sum'), 1101);
});

t.test('ENGINE 11: a refusal that was judged on state is stored, so a later repeat hears the same', async (t) => {
  const lab = new Lab();
  const refused = await lab.ask('tally:a', 'add', { by: -1 }, 'minus');
  t.match(refused, { ok: false, code: 'bad_input', stored: true });
  await lab.ask('tally:a', 'add', { by: 5 });
  t.same(await lab.ask('tally:a', 'add', { by: -1 }, 'minus'), refused, 'though the sum would allow it now');
});

t.test('ENGINE 13: the time of a turn never goes back, though the clock does', async (t) => {
  const lab = new Lab();
  await lab.ask('tally:a', 'when');
  lab.clock.jump(-60_000);
  await lab.ask('tally:a', 'when');
  const [before, after] = await lab.entries('tally:a');
  t.equal(after?.at, before?.at);
  t.same(after?.reply, { ok: true, value: { ...(after?.reply.ok && (after.reply.value as object)), now: before?.at } });
});

t.test('a client id that could name a promise is refused', async (t) => {
  const lab = new Lab();
  for (const id of ['tally:a/1/0', '']) {
    t.match(await lab.ask('tally:a', 'add', { by: 1 }, id), { ok: false, code: 'bad_input', stored: false });
  }
  t.equal((await lab.entries('tally:a')).length, 0);
});

t.test('a command past its deadline is not decided', async (t) => {
  const lab = new Lab();
  const { system, clock } = lab;
  const deadline = clock.now() - 1;
  const answer = await clock.settle(
    system.ask({ to: 'tally:a', type: 'add', input: { by: 1 }, caller: 'driver:dr_1', id: 'late', deadline }),
  );
  t.match(answer, { unstored: { code: 'too_late' } });
  t.equal((await lab.entries('tally:a')).length, 0);
});

t.test('an actor of an unknown kind, or an unknown command, is answered with an error', async (t) => {
  const lab = new Lab();
  t.match(await lab.ask('ghost:a', 'add'), { ok: false, code: 'unknown_actor_kind' });
  t.match(await lab.ask('tally:a', 'vanish'), { ok: false, code: 'decision_failed' });
  await t.rejects(lab.read('tally:a', 'vanish'), { message: 'unknown_command' });
});

t.test('two systems run side by side in one process and know nothing of each other', async (t) => {
  const [one, two] = [new Lab(), new Lab()];
  await one.ask('tally:a', 'add', { by: 1 });
  t.equal(await two.read('tally:a', 'sum'), 0);
});
