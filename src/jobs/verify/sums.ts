/** What one seller sold, by span: its own figures and what it adds to drivers or products. */
import { DateTime } from 'luxon';

export interface Figures {
  amount: number;
  count: number;
}

/** Figures of one span, and the shares in it. */
export interface Sum extends Figures {
  readonly shares: Map<string, Figures>;
}

export class Sums {
  /** By ranking, `<span>.<key>`: `week.2026-W47`. */
  readonly bySpan = new Map<string, Sum>();
  private lastDay = '';
  private lastSpans: readonly string[] = [];

  /** Adds one order to the five spans of its day. */
  sell(day: string, amount: number, shares: readonly (Figures & { readonly id: string })[]): void {
    for (const span of this.spansOf(day)) {
      let sum = this.bySpan.get(span);
      if (!sum) this.bySpan.set(span, (sum = { amount: 0, count: 0, shares: new Map() }));
      add(sum, { amount, count: 1 });
      for (const share of shares) addTo(sum.shares, share.id, share);
    }
  }

  private spansOf(day: string): readonly string[] {
    if (day === this.lastDay) return this.lastSpans;
    const date = DateTime.fromISO(day, { zone: 'utc' });
    if (!date.isValid) throw new RangeError(`day ${day} is none`);
    const week = date.toFormat("kkkk-'W'WW");
    this.lastDay = day;
    this.lastSpans = [`day.${day}`, `week.${week}`, `month.${day.slice(0, 7)}`, `year.${day.slice(0, 4)}`, 'all.all'];
    return this.lastSpans;
  }
}

export function addTo(map: Map<string, Figures>, id: string, { amount, count }: Figures): void {
  const before = map.get(id);
  if (before) add(before, { amount, count });
  else map.set(id, { amount, count });
}

export function add(to: Figures, { amount, count }: Figures): void {
  to.amount += amount;
  to.count += count;
}
