/**
 * `npm test`, and `npm test -- test/gateway test/cli.test.ts` for a part of it: the tests are made JavaScript first,
 * all in one go, and then each file is run as a process of its own. What they say is TAP; on a terminal, tap's own view
 * of it.
 *
 * Why not tap's own runner: a loader that makes them JavaScript as they are imported looks at every import of every
 * library too, in each of the processes, and so does the one by which tap knows what a file loaded. Each of them costs
 * a file from 0.3 to 2 s of processor time, of 0.5 to 5 in all.
 */
import { spawn } from 'node:child_process';
import { readdir, rm, stat } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { clearInterval, setInterval } from 'node:timers';
import { fileURLToPath } from 'node:url';

import t from 'tap';

import { bundle, TAP_PLACE } from './support/bundle.js';

const ROOT = resolve(import.meta.dirname, '..');
const BUILT = '.tests';
/**
 * What a file would pay for and not use; then tap, which needs nothing of what follows; then what errors are told by.
 */
const BEFORE = ['./test/support/lean.js', `./${BUILT}/${TAP_PLACE}`, './test/support/maps.js'];
/** Nothing takes that long, s. */
const TIMEOUT = 600;
/**
 * Files at a time: one more than there are cores, since all of them wait now and then, for clocks and for child
 * processes. While a part of a core has nothing to do all the same, one more, up to the most. More where nothing idles
 * would only make each of them slower, and take memory.
 */
const AT_ONCE = Math.min(availableParallelism() + 1, 8);
const MOST_AT_ONCE = AT_ONCE + 2;
/** How often it is looked whether a core idles, ms, and how much of one must have. */
const LOOK_MS = 1_000;
const IDLE_CORES = 0.4;
/** Begun first, in this order: what takes long and is begun last keeps one core at work and the others idle. */
const LONG = [
  'torture/faults',
  'torture/nodes',
  'torture/torture',
  'torture/ends',
  'deploy/haproxy',
  'torture/payments',
  'simulation/simulation',
  'jobs/backup-serving',
  'web/screen',
  'cli',
  'store/mongo-conformance',
  'web/looks',
  'store/mongo-node',
  'cluster/serving-on-redis-cluster',
  'cluster/serving',
  'cluster/servers',
  'cluster/redis-cluster',
  'cluster/fencing',
  'bench',
  'jobs/archive-docs',
  'simulation/operations/operations',
  'gateway/fuzz/requests',
  'gateway/fuzz/frames',
  'actors/runtime/types',
];

const places = process.argv.slice(2);
const files = (await Promise.all((places.length > 0 ? places : ['test']).map(testsIn))).flat();

// A part may be run beside the whole.
if (places.length === 0) await rm(join(ROOT, BUILT), { recursive: true, force: true });
await bundle(files, ROOT, join(ROOT, BUILT));

if (process.stdout.isTTY) t.pipe(view());
t.jobs = MOST_AT_ONCE;
t.setTimeout(0);
t.plan(files.length);
const queue = files.map((file) => relative(ROOT, file)).sort((one, other) => turnOf(one) - turnOf(other));
let running = 0;
beginUpTo(AT_ONCE);
const idled = idleCores();
const looking = setInterval(() => {
  if (idled() > IDLE_CORES) beginUpTo(Math.min(running + 1, MOST_AT_ONCE));
  if (queue.length === 0) clearInterval(looking);
}, LOOK_MS);

// Whoever reads the end alone, as that of a long log, is told what failed.
process.on('exit', () => {
  for (const { fullname, diag } of t.lists.fail) {
    const told = JSON.stringify({ ...diag, source: undefined }, null, 2).slice(0, 2000);
    process.stdout.write(`# not ok: ${fullname}\n${told.replace(/^/gm, '#   ')}\n`);
  }
  for (const { name, diag } of t.results?.failures ?? []) {
    process.stdout.write(`# failed: ${name}, exit code ${diag?.exitCode}, signal ${diag?.signal}\n`);
  }
});

/** Begins the next files, until so many run. */
function beginUpTo(count) {
  while (running < count && queue.length > 0) begin(queue.shift());
}

/** Runs a file; when it has ended, the next one may begin. */
function begin(name) {
  running += 1;
  const ended = () => {
    running -= 1;
    beginUpTo(AT_ONCE);
  };
  const node = [process.execPath, ...BEFORE.map((module) => `--import=${module}`)];
  // Without tap's loader, which it gives by that variable to all that it starts.
  t.spawn('env', ['-u', 'NODE_OPTIONS', ...node, join(BUILT, name).replace(/\.ts$/, '.js')], {
    ...{ name, cwd: ROOT, buffered: true, timeout: TIMEOUT * 1000 },
    env: { ...process.env, TAP_TIMEOUT: String(TIMEOUT) },
  }).then(ended, ended);
}

/** Tells how many cores had nothing to do since it was asked the last time, whoever else uses them. */
function idleCores() {
  const look = () => ({
    at: performance.now(),
    idle: cpus().reduce((sum, { times }) => sum + times.idle, 0),
  });
  let before = look();
  return () => {
    const now = look();
    const idle = (now.idle - before.idle) / (now.at - before.at);
    before = now;
    return idle;
  };
}

/** Where a file stands in the order. */
function turnOf(name) {
  const turn = LONG.findIndex((long) => name === `test/${long}.test.ts`);
  return turn === -1 ? LONG.length : turn;
}

/** What shows TAP to people. */
function view() {
  const tap = fileURLToPath(import.meta.resolve('tap')).replace(/dist.*$/, 'dist/esm/run.mjs');
  return spawn(process.execPath, [tap, '-'], { cwd: ROOT, stdio: ['pipe', 'inherit', 'inherit'] }).stdin;
}

/** The test files at a place; of a folder all that are in it. */
async function testsIn(place) {
  const path = resolve(place);
  if ((await stat(path)).isFile()) return [path];
  const found = await readdir(path, { recursive: true });
  return found
    .filter((name) => name.endsWith('.test.ts'))
    .sort()
    .map((name) => join(path, name));
}
