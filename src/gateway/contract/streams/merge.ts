/** Puts two ranking pushes together: figures are absolute, so the later row of an owner rules. */
import { RECENT, type RankedList, type RankedRow, type Ticker, type Totals } from '../../../actors/ranking/commands.js';

/** What a ranking pushes. */
export type RankingPush = {
  readonly totals: Totals;
  readonly rows: readonly (RankedRow & { readonly list: RankedList })[];
  /** Newest first. */
  readonly recent: readonly Ticker[];
};

export function mergeTotals(earlier: RankingPush, later: RankingPush): RankingPush {
  const rows = new Map(earlier.rows.map((row) => [`${row.list} ${row.id}`, row]));
  for (const row of later.rows) rows.set(`${row.list} ${row.id}`, row);
  const recent = [...later.recent, ...earlier.recent].slice(0, RECENT);
  return { totals: later.totals, rows: [...rows.values()], recent };
}
