/**
 * `npm run simulate -- --seeds 500 [--from S] [--json]`: runs seeds, prints how often each fault
 * struck and the seed of any violation. Exit code 1 on a violation, or on a fault that never struck.
 */
import { parseArgs } from 'node:util';

import { runSeed, type SeedResult } from './run.js';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '500' },
    from: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const [seeds, from] = [wholeNumber('seeds', values.seeds), wholeNumber('from', values.from)];
const struck: Record<string, number> = {};
const violations: { seed: number; hash: string; what: string }[] = [];
let commands = 0;
for (let seed = from; seed < from + seeds; seed++) {
  const result = await runSeed(seed);
  commands += result.commands;
  count(result);
  for (const what of result.violations) violations.push({ seed, hash: result.hash, what });
  if (!values.json && process.stderr.isTTY) process.stderr.write(`\r${seed - from + 1} of ${seeds} seeds`);
}
const never = Object.keys(struck).filter((fault) => struck[fault] === 0);

if (values.json) {
  console.log(JSON.stringify({ seeds, from, commands, faults: struck, never, violations }, null, 2));
} else {
  console.log(`\n${seeds} seeds from ${from}, ${commands} commands answered, ${violations.length} violations`);
  for (const [fault, times] of Object.entries(struck)) console.log(`  ${fault.padEnd(16)} ${times}`);
  if (never.length > 0) console.log(`never struck: ${never.join(', ')}`);
  for (const { seed, hash, what } of violations) console.log(`seed ${seed} (trace ${hash}): ${what}`);
}
if (violations.length > 0 || (never.length > 0 && seeds >= 500)) process.exitCode = 1;

function count({ faults }: SeedResult): void {
  for (const [fault, times] of Object.entries(faults)) struck[fault] = (struck[fault] ?? 0) + times;
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  console.error(`--${name} must be a whole number from 1 up, not ${JSON.stringify(text)}`);
  process.exit(1);
}
