/** What the faults of the machine tell people: a row for each, what the server said of it, and the sums. */
import type { FaultReport, Row } from './run.js';
import { violationLines } from '../violations.js';

const COLUMNS = [
  ['round', ({ round }) => String(round)],
  ['fault      ', ({ fault }) => fault],
  ['stored', ({ stored }) => String(stored)],
  ['not stored', ({ lost }) => String(lost)],
  ['took ms', ({ tookMs }) => String(tookMs)],
] as const satisfies readonly (readonly [string, (row: Row) => string])[];

export function faultHeading({ fault, rounds, seed }: { fault: string; rounds: number; seed: number }): string {
  const columns = COLUMNS.map(([name]) => name).join('  ');
  return [`seed ${seed}: ${rounds} times ${fault === 'all' ? 'every fault' : fault}`, '', columns].join('\n');
}

export function faultLine(row: Row): string {
  const line = COLUMNS.map(([name, of]) => of(row).padStart(name.length)).join('  ');
  return [line, ...row.told.map((told) => `         ${told}`)].join('\n');
}

export function faultSummary({ seed, folder, skipped, acknowledged, putOffs, rest, violations }: FaultReport): string {
  return [
    '',
    ...skipped.map((why) => `not made here: ${why}`),
    `commands put off and asked again: ${
      Object.entries(putOffs)
        .map(([code, count]) => `${count} ${code}`)
        .join(', ') || 'none'
    }`,
    `${acknowledged} commands acknowledged: each looked for in ${rest.entries} entries, and compared`,
    `${rest.money.payments} payments and ${rest.money.refunds} refunds at the provider, ${rest.reconciled} found by the reconciliation`,
    `${rest.pushes} pushes heard, ${rest.open.length} promises open, ${rest.differences} differences by verify`,
    ...violationLines(violations, `seed ${seed}, data in ${folder}`),
  ].join('\n');
}
