import t from 'tap';

import { StoreFailed, type Append, type AppendResult } from '../../../src/store/ports.js';
import { heard, Lab, withJournal } from '../../support/lab.js';

t.test('ENGINE 6: an unknown batch is sent again as it was, and takes effect once', async (t) => {
  for (const fault of ['lost', 'replyLost', 'lateWrite', 'twice'] as const) {
    const lab = new Lab();
    await lab.ask('tally:a', 'add', { by: 1 });
    lab.store.faults.rates[fault] = 1;
    const answer = lab.send('tally:a', 'add', { by: 2 });
    await lab.clock.until(() => lab.store.faults.counts[fault] > 0);
    lab.store.faults.rates[fault] = 0;
    t.match(heard(await lab.clock.settle(answer)), { ok: true, value: { sum: 3 } }, fault);
    await lab.clock.advance(60_000);
    t.equal((await lab.entries('tally:a')).length, 2, `${fault}: stored once`);
  }
});

t.test('ENGINE 6: what was decided meanwhile waits behind the unknown entry, in order', async (t) => {
  const lab = new Lab();
  lab.store.faults.rates.lost = 1;
  const answers = [lab.send('tally:a', 'add', { by: 1 })];
  await lab.clock.until(() => lab.store.faults.counts.lost > 0);
  answers.push(lab.send('tally:a', 'add', { by: 10 }));
  await lab.clock.until(() => lab.store.faults.counts.lost > 2);
  lab.store.faults.rates.lost = 0;
  const [first, second] = (await lab.clock.settle(Promise.all(answers))).map(heard);
  t.match([first, second], [{ value: { sum: 1 } }, { value: { sum: 11 } }]);
});

t.test('ENGINE 6: a store that has no word for too long stops the activation, and tells nobody anything', async (t) => {
  const lab = new Lab();
  lab.store.faults.rates.lost = 1;
  const answer = lab.send('tally:a', 'add', { by: 1 }, 'mine');
  t.match(heard(await lab.clock.settle(answer)), { ok: false, code: 'unavailable', stored: false });
  lab.store.faults.rates.lost = 0;
  t.match(
    await lab.ask('tally:a', 'add', { by: 1 }, 'mine'),
    { ok: true, value: { sum: 1 } },
    'the same id may be sent again',
  );
  t.match(lab.problems, [{ what: 'gave_up' }]);
});

t.test('R3, ENGINE 7: an owner that meets another one steps back, and its client is told to ask again', async (t) => {
  const lab = new Lab();
  const other = lab.begin(lab.store.open());
  await lab.ask('tally:a', 'add', { by: 1 });
  const ask = { to: 'tally:a', type: 'add', input: { by: 10 }, caller: 'driver:dr_1' } as const;
  t.match(heard(await lab.clock.settle(other.ask({ ...ask, id: 'theirs' }))), { ok: true, value: { sum: 11 } });
  t.match(await lab.ask('tally:a', 'add', { by: 100 }, 'ours'), { ok: false, code: 'unavailable', stored: false });
  t.match(
    await lab.ask('tally:a', 'add', { by: 100 }, 'ours'),
    { ok: true, value: { sum: 111 } },
    'decided on the true state',
  );
  t.match(lab.problems, [{ what: 'foreign_owner' }]);
});

t.test('R4: a command that another owner has handled is answered from its entry', async (t) => {
  const lab = new Lab();
  const other = lab.begin(lab.store.open());
  await lab.ask('tally:a', 'add', { by: 1 });
  const ask = { to: 'tally:a', type: 'add', input: { by: 10 }, caller: 'driver:dr_1', id: 'roaming' } as const;
  await lab.clock.settle(other.ask(ask));
  t.match(
    await lab.ask('tally:a', 'add', { by: 10 }, 'roaming'),
    { ok: false, code: 'unavailable' },
    'the deposed owner stops',
  );
  t.match(await lab.ask('tally:a', 'add', { by: 10 }, 'roaming'), { ok: true, value: { sum: 11 }, seq: 2 });
});

t.test('ENGINE 8: two owners that begin at the same entry have different epochs', async (t) => {
  const lab = new Lab();
  const other = lab.begin(lab.store.open());
  await lab.ask('tally:a', 'add', { by: 1 });
  await lab.clock.settle(other.ask({ to: 'tally:b', type: 'add', input: { by: 1 }, caller: 'driver:dr_1', id: 'x' }));
  const [a, b] = [await lab.entries('tally:a'), await lab.entries('tally:b')];
  t.not(a[0]?.epoch, b[0]?.epoch);
});

t.test('ENGINE 5: an actor has one append in flight, however many turns it takes', async (t) => {
  const lab = new Lab();
  let flying = 0;
  let most = 0;
  const { journal } = lab.handle;
  const append = async (items: readonly Append[]): Promise<readonly AppendResult[]> => {
    flying++;
    most = Math.max(most, flying);
    const results = await journal.append(items);
    flying--;
    return results;
  };
  const system = lab.begin(withJournal(lab.handle, { append }));
  lab.store.faults.rates.late = 1;
  const asks = Array.from({ length: 50 }, (_, i) => {
    const ask = { to: 'tally:a', type: 'add', input: { by: 1 }, caller: 'driver:dr_1', id: `n${i}` } as const;
    return new Promise<void>((resolve) => {
      lab.clock.after(i, () => {
        void system.ask(ask).then(() => {
          resolve();
        });
      });
    });
  });
  await lab.clock.settle(Promise.all(asks));
  t.equal(most, 1);
  t.ok((await lab.entries('tally:a')).length === 50);
});

t.test('ENGINE 2: a failed disk is final: nothing of the batch is acknowledged, and the system says so', async (t) => {
  const lab = new Lab();
  const append = () => Promise.reject(new StoreFailed('no space left on device'));
  const system = lab.begin(withJournal(lab.handle, { append }));
  let answered = false;
  const ask = { to: 'tally:a', type: 'add', input: { by: 1 }, caller: 'driver:dr_1', id: 'x' } as const;
  void system.ask(ask).then(() => (answered = true));
  await lab.clock.until(() => lab.failures.length > 0);
  await lab.clock.advance(60_000);
  t.notOk(answered);
  t.match(await lab.clock.settle(system.ask({ ...ask, id: 'y' })), { unstored: { code: 'stopping' } });
});

t.test(
  'a repeat whose entry the store does not tell now is asked again, and nobody is said to have failed',
  async (t) => {
    const lab = new Lab();
    await lab.ask('tally:a', 'add', { by: 1 }, 'mine');
    lab.handle.cut({ asks: true, answers: true });
    t.match(await lab.ask('tally:a', 'add', { by: 1 }, 'mine'), { ok: false, code: 'unavailable', stored: false });
    t.match(lab.problems, [{ what: 'store_slow', actor: 'tally:a' }]);
    lab.handle.mend();
    t.match(await lab.ask('tally:a', 'add', { by: 1 }, 'mine'), { ok: true, value: { sum: 1 }, seq: 1 });
  },
);

t.test('a system that ends while the store has no word on its snapshots ends all the same', async (t) => {
  const lab = new Lab();
  await lab.ask('tally:a', 'add', { by: 1 });
  await lab.clock.settle(lab.system.projected());
  lab.handle.cut({ asks: true, answers: true });
  await lab.clock.settle(lab.system.stop());
  t.match(lab.problems, [{ what: 'store_slow' }]);
});
