/**
 * The kill test in its short form, as docs/torture.md gives it; `npm run torture` kills more often. Runs the built
 * server; `SEED=n` runs one again.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import t, { type Test } from 'tap';

import { readArguments } from './arguments.js';
import { torture } from './run.js';
import { heading, line, summary } from './table.js';
import { LEAST_IN_FLIGHT, SMALL } from './town-size.js';
import { root } from '../support/pages.js';

const COMMAND = /^npm run torture -- (.*?)(?: +#.*)?$/gm;
const commands = [...readFileSync(join(root, 'docs/torture.md'), 'utf8').matchAll(COMMAND)].map(([, args = '']) =>
  args.split(' '),
);
const seed = process.env['SEED'];

/** Runs the kill test as `npm run torture` does after the build. */
async function run(t: Test, args: readonly string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx/esm', 'test/torture/main.ts', ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [complaint, code] = await Promise.all([text(child.stderr), ended]);
  return { complaint, code };
}

t.test(
  'R2, R4, R5: killed under load, a server keeps all that it acknowledged, once, every promise and every payment',
  { timeout: 240_000 },
  async (t) => {
    const short = commands.find((args) => args.includes('--json') && !args.includes('--nodes')) ?? [];
    const report = await torture(readArguments([...short, ...(seed === undefined ? [] : ['--seed', seed])]));
    const { rounds, stored, lost, acknowledged, rest } = report;
    t.comment(summary(report));
    t.same(report.violations, [], `seed ${report.seed}, data in ${report.folder}`);
    t.same(report.missing, [], 'the kills hit all that they must');
    t.ok(rounds.length >= 3);
    for (const { inFlight } of rounds) t.ok(inFlight >= LEAST_IN_FLIGHT, `${inFlight} commands in flight at the kill`);
    t.ok(stored > 0 && lost > 0, `of those asked again ${stored} had been stored, ${lost} had not`);
    t.ok(acknowledged > 0 && rest.entries > acknowledged, `${acknowledged} acknowledged in ${rest.entries} entries`);
    t.ok(rest.pushes > 0, `${rest.pushes} pushes heard, each once and in order`);
    t.ok(rest.money.acrossKills > 0, `${rest.money.acrossKills} payments settled once across a kill`);
    t.same(rest.open, [], 'every promise is kept');
    t.equal(rest.differences, 0, 'the books balance');
  },
);

t.test('the commands of the page are understood, and what is not is said in one line', async (t) => {
  t.ok(commands.length >= 3);
  for (const args of commands) {
    const { rounds, redisGone } = readArguments(args);
    t.ok(rounds >= 3 || redisGone > 0, args.join(' '));
  }
  const { code, complaint } = await run(t, ['--rounds', '0']);
  t.equal(code, 1);
  t.equal(complaint, '--rounds must be a whole number from 1 to 2199999999, not 0\n');
});

t.test('the page explains each column of the table', async (t) => {
  const page = readFileSync(join(root, 'docs/torture.md'), 'utf8');
  const columns = heading({ rounds: 1, seed: 1, size: SMALL }).split('\n').at(-1)?.split('  ') ?? [];
  for (const column of columns.filter((name) => name !== 'round')) t.ok(page.includes(`| \`${column}\``), column);
  const row = { round: 1, loadMs: 2, acknowledged: 3, inFlight: 4, stored: 5, lost: 6, unheard: 7, startMs: 8 };
  t.same(line(row).trim().split(/ +/), ['1', '2', '3', '4', '5', '6', '7', '8']);
});

t.test('the summary tells violations, and what the kills did not hit', async (t) => {
  const money = { payments: 7, refunds: 3, acrossKills: 0 };
  const rest = { entries: 30, pushes: 9, open: [], openUntil: 0, money, reconciled: 0, differences: 1 };
  const violations = Array.from({ length: 22 }, (_, n) => `violation ${n}`);
  const told = { seed: 5, folder: '/data', rounds: [], stored: 0, lost: 4, acknowledged: 20 };
  const text = summary({ ...told, rest, missing: ['no payment'], violations });
  for (const part of ['4 commands asked again after a kill: 0 had been stored, 4 had not', '1 differences by verify']) {
    t.ok(text.includes(part), part);
  }
  t.match(text, /this run proves too little: no payment\n22 violations \(seed 5, data in \/data\):\n {2}violation 0\n/);
  t.match(text, /violation 19\n {2}and 2 more$/);
});
