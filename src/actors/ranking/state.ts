/**
 * What a ranking holds: of each owner the last report that counts, and the sums over all owners, exactly.
 *
 * A period may have 100,000 owners, so each is one small record with its shares in a short array
 * (docs/flows/rankings.md says what that costs).
 */
import type { RankedList, ReporterList, Ticker, Totals } from './commands.js';

export type Row = { name: string; amount: number; count: number };

/** What an owner's report adds to a driver's or a product's row: id, amount, count. */
export type Share = readonly [id: string, amount: number, count: number];

/** An owner's row: its own figures, the seq of the report that counts, its shares in the rows of others. */
export type Reporter = Row & { seq: number; shares: Share[] };

type Rows<R> = Record<string, R>;

export type RankingState = {
  totals: Totals;
  devices: Rows<Reporter>;
  stations: Rows<Reporter>;
  drivers: Rows<Row>;
  products: Rows<Row>;
  /** Ids of the first rows of each list, in order, kept by `leaders.ts`. */
  leaders: Record<RankedList, string[]>;
  /** Newest first. */
  recent: readonly Ticker[];
};

export function emptyRanking(): RankingState {
  return {
    totals: { stations: { amount: 0, orders: 0 }, devices: { amount: 0, orders: 0 } },
    devices: {},
    stations: {},
    drivers: {},
    products: {},
    leaders: { devices: [], stations: [], drivers: [], products: [] },
    recent: [],
  };
}

/** The list in whose rows the owners of a list have shares. */
export const sharedList = { devices: 'drivers', stations: 'products' } as const satisfies Record<
  ReporterList,
  RankedList
>;
