/**
 * `npm run torture -- --rounds 30 [--seed S] [--json]`: kills the server as often, and prints what became of what was
 * on its way. Exit code 1 on a violation, or when over 30 rounds no retried command had been stored, or all had.
 */
import { parseArgs } from 'node:util';

import { LEAST_IN_FLIGHT, torture, type Round, type TortureReport } from './run.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '30' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    json: { type: 'boolean', default: false },
  },
});
const [rounds, seed] = [wholeNumber('rounds', values.rounds), wholeNumber('seed', values.seed)];
const size = { devices: 24, passengers: 40, stations: 4 };
if (!values.json)
  console.log(`seed ${seed}: the server is killed ${rounds} times with at least ${LEAST_IN_FLIGHT} commands in flight`);
const report = await torture({ rounds, seed, size, hands: 8, ...(values.json ? {} : { onRound: tell }) });
const [stored, lost] = [sum('stored'), sum('lost')];
const oneSided = rounds >= 30 && (stored === 0 || lost === 0);
if (values.json) console.log(JSON.stringify({ ...report, stored, lost }, null, 2));
else summarise(report);
process.exit(report.violations.length > 0 || oneSided ? 1 : 0);

function tell({ round, inFlight, stored, lost, acknowledged }: Round): void {
  console.log(
    `round ${round}: ${acknowledged} acknowledged, killed with ${inFlight} in flight; ` +
      `asked again: ${stored} had been stored, ${lost} had not`,
  );
}

function summarise({ folder, acknowledged, checked, differences, violations }: TortureReport): void {
  console.log(`${acknowledged} commands acknowledged, all looked for in ${checked.entries} entries`);
  console.log(`${stored + lost} asked again after a kill: ${stored} had been stored, ${lost} had not`);
  console.log(
    `${checked.pushes} pushes heard, ${checked.open.length} promises open, ${differences} differences by verify`,
  );
  if (oneSided) console.log('the kills struck on one side only: this proves too little');
  console.log(
    violations.length === 0 ? 'no violations' : `${violations.length} violations (seed ${seed}, data in ${folder}):`,
  );
  for (const violation of violations) console.log(`  ${violation}`);
}

function sum(what: 'stored' | 'lost'): number {
  return report.rounds.reduce((total, round) => total + round[what], 0);
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  console.error(`--${name} must be a whole number from 1 up, not ${JSON.stringify(text)}`);
  process.exit(1);
}
