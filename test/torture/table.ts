/** What the kill test tells people: a row for each kill, and the sums. */
import type { Round, TortureReport } from './run.js';
import { LEAST_IN_FLIGHT, type TownSize } from './town-size.js';
import { violationLines } from './violations.js';

const COLUMNS = [
  ['round', ({ round }) => round],
  ['load ms', ({ loadMs }) => loadMs],
  ['acknowledged', ({ acknowledged }) => acknowledged],
  ['in flight', ({ inFlight }) => inFlight],
  ['stored', ({ stored }) => stored],
  ['not stored', ({ lost }) => lost],
  ['call-backs lost', ({ unheard }) => unheard],
  ['start ms', ({ startMs }) => startMs],
] as const satisfies readonly (readonly [string, (round: Round) => number])[];

export function heading({ rounds, seed, size }: { rounds: number; seed: number; size: TownSize }): string {
  const { devices, passengers, stations, hands } = size;
  return [
    `seed ${seed}: ${rounds} times kill -9, with at least ${LEAST_IN_FLIGHT} commands in flight`,
    `town: ${devices} drivers and devices, ${passengers} passengers who ask for ${hands} things at a time, ${stations} stations`,
    '',
    COLUMNS.map(([name]) => name).join('  '),
  ].join('\n');
}

export function line(round: Round): string {
  return COLUMNS.map(([name, of]) => String(of(round)).padStart(name.length)).join('  ');
}

export function summary(report: TortureReport): string {
  const { seed, folder, stored, lost, acknowledged, rest, missing, violations } = report;
  const { payments, refunds, acrossKills } = rest.money;
  const late = `${rest.reconciled} found by the reconciliation`;
  return [
    '',
    `${acknowledged} commands acknowledged: each looked for in ${rest.entries} entries, and compared`,
    `${stored + lost} commands asked again after a kill: ${stored} had been stored, ${lost} had not`,
    `${payments} payments and ${refunds} refunds at the provider, ${acrossKills} payments settled across a kill, ${late}`,
    `${rest.pushes} pushes heard, ${rest.open.length} promises open, ${rest.differences} differences by verify`,
    ...missing.map((what) => `this run proves too little: ${what}`),
    ...violationLines(violations, `seed ${seed}, data in ${folder}`),
  ].join('\n');
}
