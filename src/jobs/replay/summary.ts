/**
 * The summary at the end of a replay, as text.
 */
import { currencyDigits } from '../csv/fields.js';
import { settlements, steps, times, type Tally } from '../traffic/tally.js';

/** Minor units as people read them: `387000`, `UAH` → `3,870.00 UAH`. */
export function money(amount: number, currency: string): string {
  const digits = currencyDigits(currency);
  const text = String(Math.abs(amount)).padStart(digits + 1, '0');
  const whole = number(Number(text.slice(0, text.length - digits)));
  const fraction = digits === 0 ? '' : `.${text.slice(-digits)}`;
  return `${amount < 0 ? '-' : ''}${whole}${fraction} ${currency}`;
}

/** How long the two parts of a replay took, seconds. */
export interface Took {
  readonly comingIn: number;
  readonly replaying: number;
}

/** Steps, refusals, times and money. */
export function summaryLines(tally: Tally, { comingIn, replaying }: Took): readonly string[] {
  const rate = (count: number): string => number(Math.round(count / replaying));
  const refused = [...tally.refusedByCode()].sort(([, a], [, b]) => b - a);
  const settled = settlements.flatMap((of) => [...tally.settledMoney(of)].map((sum) => row(of, money(sum[1], sum[0]))));
  return [
    `Everybody was there after ${comingIn.toFixed(1)} s; the recording took ${replaying.toFixed(1)} s:`,
    `${rate(tally.of('settled'))} sales and ${rate(tally.of('positions'))} positions a second.`,
    '',
    'Steps',
    ...steps.map((step) => row(step, number(tally.of(step)))),
    '',
    'Refused by code',
    ...(refused.length === 0 ? ['  none'] : refused.map(([code, count]) => row(code, number(count)))),
    '',
    'Times, ms                 count       p50       p95       p99',
    ...times.map((timed) => {
      const { count, p50, p95, p99 } = tally.percentiles(timed);
      const cells = [p50, p95, p99].map((ms) => ms.toFixed(1).padStart(10));
      return `${row(timed, number(count))}${cells.join('')}`;
    }),
    '',
    'Settled',
    ...(settled.length === 0 ? ['  nothing'] : settled),
  ];
}

function number(value: number): string {
  return value.toLocaleString('en');
}

function row(name: string, value: string): string {
  return `  ${name.padEnd(19)}${value.padStart(10)}`;
}
