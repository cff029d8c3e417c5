/**
 * What one row of the benchmarks is: something of ours, measured beside something named, in one run.
 * Rows measure; whether an aim holds is judged here, and shown by table.ts.
 */
import type { Sizes } from './sizes.js';

/** Numbers by name, and what they are of, in the order in which they are shown. */
export type Curve = readonly Readonly<Record<string, number | string>>[];

/** What a row found. */
export interface Measured {
  /** In the row's unit; medians of the rounds. */
  readonly ours: number;
  readonly reference: number;
  /** How it was loaded: sockets, commands in flight, sync policy. */
  readonly load: string;
  /** What else was seen, for people. */
  readonly seen?: string;
  /** Where a thing was measured at several sizes: one line for each, every line with the same names. */
  readonly curve?: Curve;
  /** False when something that the aim asks for beside the ratio was not kept. */
  readonly kept?: boolean;
}

/** A row that cannot run here says why. */
export interface Absent {
  readonly absent: string;
}

/** What a row must reach; `holds` reads the numbers in the row's unit. */
export interface Aim {
  readonly text: string;
  holds(ours: number, reference: number): boolean;
}

export interface Row {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  readonly referenceName: string;
  readonly aim: Aim;
  /** What the numbers do not show. */
  readonly leavesOut: string;
  run(sizes: Sizes): Promise<Measured | Absent>;
}

/** A row as it is told; numbers are null where the row cannot run here. */
export type RowResult = {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  readonly ours: number | null;
  readonly reference: number | null;
  readonly referenceName: string;
  readonly ratio: number | null;
  readonly aim: string;
  readonly holds: boolean;
  readonly load: string;
  readonly seen: string;
  readonly curve: Curve;
  readonly leavesOut: string;
};

/** Ours is at least so much of the reference. */
export function atLeast(share: number): Aim {
  return { text: `ratio at least ${share}`, holds: (ours, reference) => ours / reference >= share };
}

/** Ours is at most so many times the reference. */
export function within(factor: number): Aim {
  return { text: `ratio at most ${factor}`, holds: (ours, reference) => ours / reference <= factor };
}

/** A row that has nothing to reach: what it costs is told. */
export const told: Aim = { text: 'none: told', holds: () => true };

/** Puts what was measured beside what was aimed at. */
export function judge(row: Row, measured: Measured | Absent): RowResult {
  const { id, name, unit, referenceName, aim, leavesOut } = row;
  const about = { id, name, unit, referenceName, aim: aim.text, leavesOut };
  if ('absent' in measured) {
    const none = { ours: null, reference: null, ratio: null, holds: false, load: '', curve: [] };
    return { ...about, ...none, seen: measured.absent };
  }
  const { ours, reference, load, seen = '', curve = [], kept = true } = measured;
  const ratio = rounded(ours / reference);
  const holds = kept && aim.holds(ours, reference);
  return { ...about, ours: rounded(ours), reference: rounded(reference), ratio, holds, load, seen, curve };
}

/** Four digits say all that such numbers mean. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
