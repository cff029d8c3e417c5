/**
 * The fastest way between two crossings (A*).
 */
import TinyQueue from 'tinyqueue';
import type { Streets } from './streets.js';

/** Metres a second that no street is faster than. */
const FASTEST = 20;

/** Crossings from `from` to `to`, both included. */
export function route({ crossings, streets }: Streets, from: number, to: number): readonly number[] {
  const goal = crossings[to];
  if (!goal) throw new RangeError(`there is no crossing ${to}`);
  /** Seconds that the straight way would take at least. */
  const atLeast = (at: number): number => {
    const here = crossings[at];
    return here ? Math.hypot(here.x - goal.x, here.y - goal.y) / FASTEST : 0;
  };
  const took = new Map([[from, 0]]);
  const before = new Map<number, number>();
  const open = new TinyQueue([{ at: from, took: 0, total: atLeast(from) }], (a, b) => a.total - b.total);
  for (let next = open.pop(); next && next.at !== to; next = open.pop()) {
    if (next.took > (took.get(next.at) ?? Infinity)) continue;
    for (const street of streets[next.at] ?? []) {
      const time = next.took + street.length / street.speed;
      if (time >= (took.get(street.to) ?? Infinity)) continue;
      took.set(street.to, time);
      before.set(street.to, next.at);
      open.push({ at: street.to, took: time, total: time + atLeast(street.to) });
    }
  }
  const way = [to];
  for (let at = before.get(to); at !== undefined && way[0] !== from; at = before.get(at)) way.unshift(at);
  return way;
}
