/**
 * The benchmarks run, and print what docs/benchmarks.md says. What they measure is judged by people, on a quiet
 * machine.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import t from 'tap';

import { readAsked, type Asked } from '../bench/kit/asked.js';
import { judge, type Row } from '../bench/kit/row.js';
import { median } from '../bench/kit/rounds.js';
import { block, table } from '../bench/kit/table.js';
import { judgeSoak, soakTable } from '../bench/soak/judge.js';
import { groups, rows } from '../bench/rows/index.js';

const run = promisify(execFile);

/** `npm run bench`, without the build, which the tests' own has done. */
async function bench(...args: readonly string[]) {
  return run(process.execPath, ['--import', 'tsx/esm', 'bench/main.ts', ...args]).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: unknown) => error as { code: number; stdout: string; stderr: string },
  );
}

const row: Row = {
  id: 'x',
  name: 'X',
  unit: 'things/s',
  referenceName: 'bare things',
  aim: { text: 'ratio at least 0.5', holds: (ours, reference) => ours / reference >= 0.5 },
  leavesOut: 'nothing',
  run: () => Promise.resolve({ absent: 'not here' }),
};

t.test('one object stands alone on standard output: the machine, and each row beside its reference', async (t) => {
  const { stdout } = await bench('engine-hot', '--tiny', '--json');
  const told = JSON.parse(stdout) as { machine: object; rows: Record<string, unknown>[] };
  t.match(told.machine, { cpu: String, cores: Number, memoryGiB: Number, node: process.version });
  t.equal(told.rows.length, 1);
  const keys = ['id', 'name', 'unit', 'ours', 'reference', 'referenceName', 'ratio', 'aim', 'holds'];
  t.match(told.rows[0], { id: 'engine-hot', ours: Number, reference: Number, ratio: Number, holds: Boolean });
  for (const key of keys) t.ok(key in (told.rows[0] ?? {}), key);
});

t.test('a row that is not there is named, with those that are', async (t) => {
  t.throws(() => readAsked(['engine-cold'], rows, groups), { message: /^no row engine-cold; there are engine-hot, / });
});

t.test('whoever asks how, or asks wrongly, is told in a line; a group names several rows', async (t) => {
  const { code, stderr } = await bench('--slow');
  t.same([code, stderr.trim().split('\n').length], [1, 1]);
  t.match(stderr, "Unknown option '--slow'; usage: npm run bench");
  t.match(readAsked(['--help'], rows, groups), /usage: .*\nrows and groups: engine-hot, .*cluster/);
  t.match(readAsked(['cluster', '--quick'], rows, groups), {
    rows: [
      { id: 'mongo-1' },
      { id: 'mongo-64' },
      { id: 'mongo-1024' },
      { id: 'cluster-command' },
      { id: 'cluster-push' },
    ],
    size: 'quick',
    json: false,
  });
  t.same((readAsked(['all'], rows, groups) as Asked).rows, rows);
  const standard = readAsked([], rows, groups) as Asked;
  t.equal(standard.size, 'full');
  t.same(
    standard.rows.map(({ id }) => id),
    [
      'engine-hot',
      'engine-wide',
      'socket-ws',
      'socket-uws',
      'sales',
      'fanout',
      'idle-bytes',
      'start-100k',
      'growth-100k',
    ],
  );
});

t.test('a row holds when its aim and all beside it are kept', async (t) => {
  t.match(judge(row, { ours: 6, reference: 10, load: '' }), { ratio: 0.6, holds: true });
  t.match(judge(row, { ours: 4, reference: 10, load: '' }), { ratio: 0.4, holds: false });
  t.match(judge(row, { ours: 6, reference: 10, load: '', kept: false }), { holds: false });
  t.match(judge(row, { absent: 'not here' }), { ours: null, ratio: null, holds: false, seen: 'not here' });
});

t.test('the middle of the rounds is told', async (t) => {
  t.equal(median([9, 1, 5]), 5);
  t.equal(median([1, 2, 3, 10]), 2.5);
  t.throws(() => median([]), RangeError);
});

t.test('a curve is told line by line, to people and to programs', async (t) => {
  const curve = [
    { devices: 1_000, ms: 2 },
    { devices: 10_000, ms: 3 },
  ];
  const result = judge(row, { ours: 6, reference: 10, load: 'x', curve });
  t.same(result.curve, curve);
  t.match(block(result), /\n {4}devices +ms\n {4}1,000 +2\n {4}10,000 +3\n/);
});

t.test('a soak is flat while the last third is what the first was, within what is told', async (t) => {
  const sample = { perSecond: 9, p50Ms: 2, lagMs: 1, waiting: 0, undurable: 0, rows: 0, active: 9 };
  const run = (rss: number, p99Ms: number) =>
    Array.from({ length: 9 }, (_, i) => {
      const late = i >= 6;
      return { ...sample, at: i * 10_000, rss: late ? rss : 200e6, p99Ms: late ? p99Ms : 40 };
    });
  t.match(judgeSoak(run(219e6, 49), 9), { flat: true, memory: { perMinute: 19e6 }, p99: { first: 40, last: 49 } });
  t.match(judgeSoak(run(221e6, 40), 9), { flat: false, memory: { flat: false }, p99: { flat: true } });
  t.match(judgeSoak(run(200e6, 51), 9), { flat: false, memory: { flat: true }, p99: { flat: false } });
  t.match(judgeSoak(run(200e6, 51), 9).text, /✓ resident memory.*\n✗ p99 of a sale: 40 ms in the first third, 51 ms/);
  t.match(judgeSoak(run(200e6, 40), 10), { held: false, flat: false });
  t.match(soakTable(run(200e6, 40)), /^s +sales\/s/);
});

t.test('each row has a name of its own, and its place in the table', async (t) => {
  t.equal(new Set(rows.map(({ id }) => id)).size, rows.length);
  const shown = table([judge(row, { ours: 12_345, reference: 10, load: '' })]);
  t.match(shown, /^row +ours +reference +ratio +aim +holds\nx +12,350 things\/s +10 +1,23\d +ratio at least 0.5 +yes$/);
});
