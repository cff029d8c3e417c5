import t from 'tap';

import { Lab } from '../../support/lab.js';

const missed = async (lab: Lab, after: number, stream = 'tally:a/sum') =>
  lab.clock.settle(lab.system.missed(stream, after));

t.test('ENGINE 20: a push carries the seq of its entry and of the push before it in its stream', async (t) => {
  const lab = new Lab();
  await lab.ask('tally:a', 'add', { by: 1 });
  await lab.ask('tally:a', 'note', { text: 'no push' });
  await lab.ask('tally:a', 'add', { by: 2 });
  t.same(lab.pushes, [
    { stream: 'tally:a/sum', seq: 1, prev: 0, name: 'sum', data: { sum: 1 } },
    { stream: 'tally:a/sum', seq: 3, prev: 1, name: 'sum', data: { sum: 3 } },
  ]);
});

t.test('ENGINE 20: what is told again is what was told', async (t) => {
  const lab = new Lab();
  for (let by = 1; by <= 5; by++) await lab.ask('tally:a', 'add', { by });
  t.match(await missed(lab, 0), { value: { pushes: lab.pushes, lagged: false, head: 5 } });
  lab.crash();
  t.match(
    await missed(lab, 3),
    { value: { pushes: lab.pushes.slice(3), lagged: false, head: 5 } },
    'by a new owner too',
  );
  t.match(await missed(lab, 5), { value: { pushes: [], lagged: false, head: 5 } });
  await lab.ask('tally:a', 'add', { by: 6 });
  t.equal(lab.pushes.at(-1)?.prev, 5, 'and the chain goes on');
});

t.test('a client that lags too far is told to take a snapshot', async (t) => {
  const lab = new Lab();
  const answers = Array.from({ length: 1100 }, () => lab.send('tally:a', 'add', { by: 1 }));
  await lab.clock.settle(Promise.all(answers));
  t.match(await missed(lab, 1), { value: { pushes: [], lagged: true, head: 1100 } });
  t.match(await missed(lab, 1090), { value: { lagged: false, head: 1100 } });
});

t.test('a stream that is none is refused', async (t) => {
  const lab = new Lab();
  for (const stream of ['', 'tally:a', '/sum', 'tally/sum', 'ghost:a/sum']) {
    t.match(await missed(lab, 0, stream), { unstored: { code: 'bad_input' } }, stream);
  }
  t.match(await missed(lab, 0, 'tally:a/nothing'), { value: { pushes: [], head: 0 } });
});
