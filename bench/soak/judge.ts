/** What a soak saw, and whether it stayed flat: the middle of the last third beside the middle of the first. */
import { median } from '../kit/rounds.js';
import { aligned, number } from '../kit/table.js';

/** Between two looks, ms. */
export const SAMPLE_MS = 10_000;

/** The last third may have so many times as much of the first, or so much more: a short sample of a tail varies. */
const MEMORY = { factor: 1.1, more: 16e6 };
const P99 = { factor: 1.25, more: 5 };

/** Less of the rate than this is another rate: what then stays flat says nothing. */
const HELD = 0.95;

/** One look at the server, and the sales since the one before. */
export interface Sample {
  /** ms since the rate was reached. */
  readonly at: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Resident bytes. */
  readonly rss: number;
  /** The longest that the event loop was late. */
  readonly lagMs: number;
  /** The engine's: commands that wait, turns that are not stored, rows that are not in the views, actors in memory. */
  readonly waiting: number;
  readonly undurable: number;
  readonly rows: number;
  readonly active: number;
}

export interface Verdict {
  /** Whether the rate was held. */
  readonly held: boolean;
  readonly flat: boolean;
  readonly memory: Growth;
  readonly p99: Growth;
  readonly text: string;
}

/** From the first third to the last, and a minute's part of that. */
interface Growth {
  readonly first: number;
  readonly last: number;
  readonly perMinute: number;
  readonly flat: boolean;
}

/** `rate` is what was to be held, sales a second. */
export function judgeSoak(samples: readonly Sample[], rate: number): Verdict {
  const reached = median(samples.map(({ perSecond }) => perSecond));
  const held = reached >= HELD * rate;
  const memory = growth(samples, ({ rss }) => rss, MEMORY);
  const p99 = growth(samples, ({ p99Ms }) => p99Ms, P99);
  const [mb, ms] = [(bytes: number) => `${number(bytes / 1e6)} MB`, (value: number) => `${number(value)} ms`];
  const lines = [
    `${held ? '✓' : '✗'} ${number(reached)} sales/s of ${number(rate)}`,
    line('resident memory', memory, mb, `${MEMORY.factor} times as much, or ${mb(MEMORY.more)} more`),
    line('p99 of a sale', p99, ms, `${P99.factor} times as much, or ${ms(P99.more)} more`),
  ];
  return { held, flat: held && memory.flat && p99.flat, memory, p99, text: lines.join('\n') };
}

function growth(
  samples: readonly Sample[],
  of: (sample: Sample) => number,
  { factor, more }: { readonly factor: number; readonly more: number },
): Growth {
  const third = Math.max(1, Math.floor(samples.length / 3));
  const [first, last] = [samples.slice(0, third), samples.slice(-third)].map((some) => median(some.map(of)));
  if (first === undefined || last === undefined) throw new RangeError('there must be a sample');
  const minutes = ((samples.length - third) * SAMPLE_MS) / 60_000;
  const perMinute = minutes > 0 ? (last - first) / minutes : 0;
  return { first, last, perMinute, flat: last <= Math.max(factor * first, first + more) };
}

function line(
  name: string,
  { first, last, perMinute, flat }: Growth,
  unit: (value: number) => string,
  may: string,
): string {
  const text = `${name}: ${unit(first)} in the first third, ${unit(last)} in the last (${unit(perMinute)} a minute)`;
  return `${flat ? '✓' : '✗'} ${text}; flat is at most ${may}`;
}

/** A line for each look, as people read it. */
export function soakTable(samples: readonly Sample[]): string {
  const names = [
    's',
    'sales/s',
    'p50 ms',
    'p99 ms',
    'resident MB',
    'loop late ms',
    'waiting',
    'undurable',
    'rows',
    'actors',
  ];
  const lines = samples.map(({ at, perSecond, p50Ms, p99Ms, rss, lagMs, waiting, undurable, rows, active }) =>
    [at / 1_000, perSecond, p50Ms, p99Ms, rss / 1e6, lagMs, waiting, undurable, rows, active].map(number),
  );
  return aligned([names, ...lines]).join('\n');
}
