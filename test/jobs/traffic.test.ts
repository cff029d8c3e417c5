import t from 'tap';
import { forEach, Pool } from '../../src/jobs/traffic/pool.js';
import { Tally } from '../../src/jobs/traffic/tally.js';

/** Work that waits to be let go. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

const turns = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

t.test('a pool takes no more work than its limit, and reads on when there is room', async (t) => {
  const pool = new Pool(2);
  const gates = [gate(), gate(), gate()];
  const started: number[] = [];
  const feed = (async () => {
    for (const [i, { opened }] of gates.entries()) {
      await pool.start(`key ${i}`, async () => {
        started.push(i);
        await opened;
      });
    }
  })();
  await turns();
  t.same(started, [0, 1]);
  gates[1]!.open();
  await feed;
  await turns();
  t.same(started, [0, 1, 2]);
  for (const { open } of gates) open();
  await pool.idle();
});

t.test('work of one key is done one after the other, in the order given', async (t) => {
  const pool = new Pool(10);
  const { open, opened } = gate();
  const done: string[] = [];
  await pool.start('a', async () => {
    await opened;
    done.push('a1');
  });
  await pool.start('a', async () => void done.push('a2'));
  await pool.start('b', async () => void done.push('b1'));
  await turns();
  t.same(done, ['b1']);
  open();
  await pool.idle();
  t.same(done, ['b1', 'a1', 'a2']);
});

t.test('an error that work did not handle is told at the end, and other work goes on', async (t) => {
  const pool = new Pool(1);
  let other = false;
  await pool.start('a', () => Promise.reject(new Error('broken')));
  await pool.start('a', async () => {
    other = true;
  });
  await t.rejects(pool.idle(), /broken/);
  t.equal(other, true);
});

t.test('for each item something is done, at most so many at once', async (t) => {
  let running = 0;
  let most = 0;
  const done: number[] = [];
  await forEach([1, 2, 3, 4, 5], 2, async (item) => {
    most = Math.max(most, ++running);
    await turns();
    running -= 1;
    done.push(item);
  });
  t.equal(most, 2);
  t.same(done.sort(), [1, 2, 3, 4, 5]);
  await t.rejects(
    forEach([1], 1, () => Promise.reject(new Error('broken'))),
    /broken/,
  );
});

t.test('a tally counts steps, refusals and money, and tells percentiles', (t) => {
  const tally = new Tally();
  tally.count('placed');
  tally.count('positions', 5);
  tally.refused('sold_out');
  tally.refused('sold_out');
  tally.settled('sales', 'UAH', 3870);
  tally.settled('sales', 'UAH', 130);
  tally.settled('restocks', 'UAH', 5);
  for (let ms = 1; ms <= 100; ms++) tally.took('place', performance.now() - ms);
  t.equal(tally.of('placed'), 1);
  t.equal(tally.of('positions'), 5);
  t.equal(tally.of('settled'), 0);
  t.same([...tally.refusedByCode()], [['sold_out', 2]]);
  t.same([...tally.settledMoney('sales')], [['UAH', 4000]]);
  t.same([...tally.settledMoney('restocks')], [['UAH', 5]]);
  const { count, p50, p95, p99 } = tally.percentiles('place');
  t.equal(count, 100);
  t.ok(Math.abs(p50 - 50) < 1.5 && Math.abs(p95 - 95) < 1.5 && Math.abs(p99 - 99) < 1.5, `${p50} ${p95} ${p99}`);
  t.same(tally.percentiles('whole sale'), { count: 0, p50: 0, p95: 0, p99: 0 });
  t.end();
});
