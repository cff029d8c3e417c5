/**
 * The first rows of a list, kept up to date with each change, so that showing them costs the same with ten
 * rows and with 100,000. Order: amount, highest first, then id.
 */
import { MOST_ROWS } from './commands.js';
import { own, type Row } from './state.js';

/** Makes `leaders` right again after the row `id`, whose amount was `before`, has changed. */
export function placeLeader(
  leaders: readonly string[],
  rows: Readonly<Record<string, Row>>,
  id: string,
  before: number,
): string[] {
  const ahead = (a: string, b: string): number => compare(rows, a, b);
  const led = leaders.includes(id);
  // A leader that sinks may have to give way to any row at all. Figures grow, so this is rare.
  if (led && (own(rows, id)?.amount ?? 0) < before && leaders.length === MOST_ROWS) {
    return Object.keys(rows).sort(ahead).slice(0, MOST_ROWS);
  }
  const last = leaders.at(-1);
  if (!led && leaders.length === MOST_ROWS && last !== undefined && ahead(id, last) > 0) return [...leaders];
  const others = led ? leaders.filter((leader) => leader !== id) : leaders;
  return [...others, id].sort(ahead).slice(0, MOST_ROWS);
}

function compare(rows: Readonly<Record<string, Row>>, a: string, b: string): number {
  return (own(rows, b)?.amount ?? 0) - (own(rows, a)?.amount ?? 0) || (a < b ? -1 : 1);
}
