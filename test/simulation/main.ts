/**
 * `npm run simulate -- --operations 500 [--nodes N] [--from S] [--path P]`: plays so many random lists of operations,
 * drawn from S; P plays one that a search has told.
 *
 * `npm run simulate -- --seeds 500 [--nodes N] [--from S] [--jobs N] [--json]`: runs seeds, on all cores or on so many,
 * prints how often each fault struck and the business went each way, and of any violation the seed and how to run it again. Exit code 1 on a
 * violation, or on a fault or a way that never was.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

import { playSeeds } from './jobs.js';
import { search } from './operations/search.js';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '500' },
    nodes: { type: 'string', default: '1' },
    from: { type: 'string', default: '1' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    operations: { type: 'string' },
    path: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
/** So many seeds meet every fault, and go every way: that one of them never was is a failure from here on. */
const ENOUGH = { faults: 100, flows: 200 };

const seeds = wholeNumber('seeds', values.seeds);
const nodes = wholeNumber('nodes', values.nodes);
const from = wholeNumber('from', values.from);
const jobs = wholeNumber('jobs', values.jobs);
const struck: Record<string, number> = {};
if (values.operations !== undefined) {
  await playOperations(wholeNumber('operations', values.operations), values.path);
  process.exit();
}
const started = Date.now();
const gone: Record<string, number> = {};
const violations: { seed: number; hash: string; what: string; again: string }[] = [];
let commands = 0;
await playSeeds({ from, seeds, nodes, jobs }, ({ seed, hash, ...result }) => {
  commands += result.commands;
  add(struck, result.faults);
  add(gone, result.flows);
  const again = `npm run simulate -- --nodes ${nodes} --from ${seed} --seeds 1`;
  for (const what of result.violations) {
    violations.push({ seed, hash, what, again });
    console.error(`seed ${seed} (trace ${hash}): ${what}\n  again: ${again}`);
  }
  if (!values.json && process.stderr.isTTY) process.stderr.write(`\r${seed - from + 1} of ${seeds} seeds`);
});
const counts = Object.entries({ ...struck, ...gone });
const never = counts.filter(([, times]) => times === 0).map(([name]) => name);
const missing = never.filter((name) => seeds >= (name in struck ? ENOUGH.faults : ENOUGH.flows));
const seconds = Math.round((Date.now() - started) / 1000);
const cpuSeconds = Math.round(process.cpuUsage().user / 1e6);

if (values.json) {
  const found = { seeds, nodes, from, seconds, cpuSeconds, commands, faults: struck, flows: gone, never, violations };
  console.log(JSON.stringify(found, null, 2));
} else {
  console.log(
    `\n${seeds} seeds from ${from} on ${placeOf(nodes)}, ${commands} commands answered, ` +
      `${violations.length} violations, in ${seconds} s (${cpuSeconds} s of CPU)`,
  );
  for (const [name, times] of counts) console.log(`  ${name.padEnd(24)} ${times}`);
  if (never.length > 0) console.log(`never happened: ${never.join(', ')}`);
}
if (violations.length > 0 || missing.length > 0) process.exitCode = 1;

/** Exit code 1 when a list was found after which something does not hold. */
async function playOperations(runs: number, path: string | undefined): Promise<void> {
  const decided = new Map<string, number>();
  const found = await search({
    ...{ seed: from, nodes, runs },
    ...(path !== undefined && { path }),
    played: ({ taken, refused, faults }) => {
      add(struck, faults);
      for (const command of new Set([...taken, ...refused])) decided.set(command, (decided.get(command) ?? 0) + 1);
    },
  });
  const cpuSeconds = Math.round(process.cpuUsage().user / 1e6);
  if (values.json) {
    const told = { runs, nodes, from, cpuSeconds, faults: struck, decided: Object.fromEntries(decided) };
    console.log(JSON.stringify({ ...told, found: found ?? null }, null, 2));
  } else {
    const lists = `${runs} lists of operations from ${from} on ${placeOf(nodes)}`;
    console.log(found?.text ?? `${lists}: nothing found, in ${cpuSeconds} s of CPU`);
  }
  if (found) process.exitCode = 1;
}

function add(sums: Record<string, number>, counted: Readonly<Record<string, number>>): void {
  for (const [name, times] of Object.entries(counted)) sums[name] = (sums[name] ?? 0) + times;
}

function placeOf(nodes: number): string {
  return nodes === 1 ? '1 node' : `${nodes} nodes`;
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  console.error(`--${name} must be a whole number from 1 up, not ${JSON.stringify(text)}`);
  process.exit(1);
}
