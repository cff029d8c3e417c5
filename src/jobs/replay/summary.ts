/**
 * The summary at the end of a replay, as text.
 */
import { currencyDigits } from '../csv/fields.js';
import type { Rejects } from '../csv/rejects.js';
import { steps, times, type Tally } from '../traffic/tally.js';

/** How many bad rows of a file are listed with line and reason; all are counted. */
const LISTED = 20;

/** Minor units as people read them: `3870`, `UAH` → `38.70 UAH`. */
export function money(amount: number, currency: string): string {
  const digits = currencyDigits(currency);
  const text = String(Math.abs(amount)).padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  const fraction = digits === 0 ? '' : `.${text.slice(-digits)}`;
  return `${amount < 0 ? '-' : ''}${whole}${fraction} ${currency}`;
}

/** Bad rows of one file: how many for each reason, and the first of them. */
export function rejectLines(rejects: Rejects): readonly string[] {
  if (rejects.total === 0) return [`${rejects.file}: no bad rows`];
  const counts = Object.entries(rejects.byCode).map(([code, count]) => `${count} ${code}`);
  const lines = rejects.listed.slice(0, LISTED).map(({ line, code, message }) => `  line ${line}: ${code}, ${message}`);
  const rest = rejects.total - lines.length;
  return [`${rejects.file}: ${counts.join(', ')}`, ...lines, ...(rest > 0 ? [`  and ${rest} more`] : [])];
}

/** Steps, refusals, times and money. */
export function summaryLines(tally: Tally, seconds: number): readonly string[] {
  const rate = tally.of('settled') / seconds;
  const refused = [...tally.refusedByCode()].sort(([, a], [, b]) => b - a);
  return [
    `Done in ${seconds.toFixed(1)} s, ${rate.toFixed(1)} sales a second.`,
    '',
    'Steps',
    ...steps.map((step) => row(step, String(tally.of(step)))),
    '',
    'Refused by code',
    ...(refused.length === 0 ? ['  none'] : refused.map(([code, count]) => row(code, String(count)))),
    '',
    'Times, ms             count       p50       p95       p99',
    ...times.map((timed) => {
      const { count, p50, p95, p99 } = tally.percentiles(timed);
      const cells = [String(count), ...[p50, p95, p99].map((ms) => ms.toFixed(1))];
      return `  ${timed.padEnd(17)}${cells.map((cell, i) => cell.padStart(i === 0 ? 8 : 10)).join('')}`;
    }),
    '',
    'Settled',
    ...[...tally.settledByCurrency()].map(([currency, amount]) => `  ${money(amount, currency)}`),
  ];
}

function row(name: string, value: string): string {
  return `  ${name.padEnd(22)}${value.padStart(9)}`;
}
