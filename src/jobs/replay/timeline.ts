/**
 * Fixes and sales on one clock. The fixes keep their times; the sales, recorded elsewhere and over months, are
 * laid over the same stretch in proportion: the first sale at the first fix, the last one at the last.
 */
import type { Stretch } from './survey.js';

/** Something that happened at a time of the recording, ms UTC. */
export interface Timed<T> {
  readonly at: number;
  readonly what: T;
}

/** The time on the fixes' clock of a sale. */
export function onTheClockOf(fixes: Stretch, sales: Stretch): (at: number) => number {
  const whole = sales.to - sales.from;
  return (at) => fixes.from + (whole === 0 ? 0 : ((at - sales.from) / whole) * (fixes.to - fixes.from));
}

/** Two rows of events as one, by time; each keeps its own order. */
export async function* merge<A, B>(
  a: AsyncIterator<Timed<A>>,
  b: AsyncIterator<Timed<B>>,
): AsyncGenerator<Timed<A | B>, void, undefined> {
  let nextA = await a.next();
  let nextB = await b.next();
  while (nextA.done !== true || nextB.done !== true) {
    if (nextB.done === true || (nextA.done !== true && nextA.value.at <= nextB.value.at)) {
      yield nextA.value;
      nextA = await a.next();
    } else {
      yield nextB.value;
      nextB = await b.next();
    }
  }
}

/** How fast the recording runs: so many recorded seconds a second, or as fast as it can be taken. */
export type Speed = number | 'max';

/** What the pace waits by. */
export interface Wait {
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** Waits until an event of the recording is due. */
export function pace(speed: Speed, from: number, wait: Wait): (at: number) => Promise<void> {
  const start = wait.now();
  return async (at) => {
    if (speed === 'max') return;
    const ms = start + (at - from) / speed - wait.now();
    // A timer for less than that costs more than it orders.
    if (ms > 1) await wait.sleep(ms);
  };
}
