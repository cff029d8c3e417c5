/**
 * Counts what happened to those who talk to a server: steps, refusals by code, times, settled money.
 */
import { build, type Histogram } from 'hdr-histogram-js';

/** What is counted of a sale, a restock, a position. */
export const steps = [
  'placed',
  'paid',
  'dispensed',
  'settled',
  'refunded',
  'given up',
  'repriced',
  'low stock',
  'restocks placed',
  'restocks paid',
  'restocks accepted',
  'restocks picked up',
  'restocks loaded',
  'restocks given up',
  'positions',
] as const;
export type Step = (typeof steps)[number];

/** What is timed, in milliseconds: from asking to the answer, or to the push that follows from it. */
export const times = ['place', 'pay to dispense', 'report to settled', 'whole sale', 'whole restock'] as const;
export type Timed = (typeof times)[number];

/** Of what money was settled: what passengers paid to drivers, and drivers to stations. */
export const settlements = ['sales', 'restocks'] as const;
export type Settlement = (typeof settlements)[number];

/** Percentiles of one time, ms. */
export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Histograms hold microseconds, up to an hour. */
const HOUR_US = 3_600_000_000;

/** A running account; ask it at any time. */
export class Tally {
  private readonly counts = new Map<Step, number>();
  private readonly refusals = new Map<string, number>();
  private readonly money = { sales: new Map<string, number>(), restocks: new Map<string, number>() };
  private readonly histograms = new Map<Timed, Histogram>();

  count(step: Step, n = 1): void {
    this.counts.set(step, this.of(step) + n);
  }

  of(step: Step): number {
    return this.counts.get(step) ?? 0;
  }

  refused(code: string): void {
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
  }

  /** Settled money, minor units. */
  settled(of: Settlement, currency: string, amount: number): void {
    const money = this.money[of];
    money.set(currency, (money.get(currency) ?? 0) + amount);
  }

  /** Both as `performance.now()` gave them. */
  took(timed: Timed, since: number, until = performance.now()): void {
    let histogram = this.histograms.get(timed);
    if (!histogram) {
      histogram = build({
        lowestDiscernibleValue: 1,
        highestTrackableValue: HOUR_US,
        numberOfSignificantValueDigits: 3,
      });
      this.histograms.set(timed, histogram);
    }
    const micros = Math.round((until - since) * 1_000);
    histogram.recordValue(Math.min(HOUR_US, Math.max(1, micros)));
  }

  percentiles(timed: Timed): Percentiles {
    const histogram = this.histograms.get(timed);
    const at = (percent: number): number => (histogram?.getValueAtPercentile(percent) ?? 0) / 1_000;
    return { count: histogram?.totalCount ?? 0, p50: at(50), p95: at(95), p99: at(99) };
  }

  refusedByCode(): ReadonlyMap<string, number> {
    return this.refusals;
  }

  /** By currency, minor units. */
  settledMoney(of: Settlement): ReadonlyMap<string, number> {
    return this.money[of];
  }
}
