/**
 * What a ranking holds: of each owner the last report that counts, and the sums over all owners, exactly.
 *
 * Plain records and short arrays, because a period may have 100,000 owners: about 400 bytes each
 * (docs/flows/rankings.md has the measure). A record inside each owner would double that.
 */
import type { RankedList, Ticker, Totals } from './commands.js';

export type Row = { name: string; amount: number; count: number };

/** What an owner's report adds to a driver's or a product's row: id, amount, count. */
export type Share = readonly [id: string, amount: number, count: number];

/** Of each device or station: seq of the report that counts, and its shares in the rows of others. */
export type Reporter = { seq: number; shares: Share[] };

export type RankingState = {
  totals: Totals;
  /** By key of the owner. */
  reporters: Record<string, Reporter>;
  rows: Record<RankedList, Record<string, Row>>;
  /** Ids of the first rows of each list, in order, kept by `leaders.ts`. */
  leaders: Record<RankedList, string[]>;
  /** Newest first. */
  recent: readonly Ticker[];
};

export function emptyRanking(): RankingState {
  return {
    totals: { stations: { amount: 0, orders: 0 }, devices: { amount: 0, orders: 0 } },
    reporters: {},
    rows: { devices: {}, stations: {}, drivers: {}, products: {} },
    leaders: { devices: [], stations: [], drivers: [], products: [] },
    recent: [],
  };
}

/** The list in whose rows an owner's report has shares. */
export function sharedList(list: 'devices' | 'stations'): 'drivers' | 'products' {
  return list === 'devices' ? 'drivers' : 'products';
}

/** An own entry of a record: ids come from outside, and `constructor` is a fair one. */
export function own<T>(record: Readonly<Record<string, T>>, id: string): T | undefined {
  return Object.hasOwn(record, id) ? record[id] : undefined;
}
