/**
 * The first rows of a list, kept up to date with each change, so that showing them costs the same with ten
 * rows and with 100,000. Order: amount, highest first, then id.
 */
import { own } from '../shared/own.js';
import { MOST_ROWS } from './commands.js';
import type { Row } from './state.js';

/** Makes `leaders` right again, in place, after the row `id`, whose amount was `before`, has changed. */
export function placeLeader(leaders: string[], rows: Readonly<Record<string, Row>>, id: string, before: number): void {
  const ahead = (a: string, b: string): number => amount(rows, b) - amount(rows, a) || (a < b ? -1 : 1);
  const led = leaders.indexOf(id);
  if (led >= 0 && amount(rows, id) < before && leaders.length === MOST_ROWS) {
    // A leader that sinks may have to give way to any row at all. Figures grow, so this is rare.
    leaders.splice(0, MOST_ROWS, ...Object.keys(rows).sort(ahead).slice(0, MOST_ROWS));
    return;
  }
  const last = leaders.at(-1);
  if (led < 0 && leaders.length === MOST_ROWS && last !== undefined && ahead(last, id) < 0) return;
  if (led >= 0) leaders.splice(led, 1);
  const place = leaders.findIndex((leader) => ahead(id, leader) < 0);
  leaders.splice(place < 0 ? leaders.length : place, 0, id);
  leaders.length = Math.min(leaders.length, MOST_ROWS);
}

function amount(rows: Readonly<Record<string, Row>>, id: string): number {
  return own(rows, id)?.amount ?? 0;
}
