import { own } from '../shared/own.js';
import { RECENT } from './commands.js';
import type { ChangedRow, Reported } from './events.js';
import { placeLeader } from './leaders.js';
import { sharedList, type RankingState, type Reporter, type Row, type Share } from './state.js';

/** Folds a report that counts into the ranking: rows as told, and this owner's shares by what they changed. */
export function evolveReported(state: RankingState, { from, list, seq, totals, rows, recent }: Reported): void {
  const reporter: Reporter = own(state[list], from) ?? { name: '', amount: 0, count: 0, seq, shares: [] };
  const shares = new Map(reporter.shares.map((share) => [share[0], share]));
  const before = reporter.amount;
  for (const row of rows) {
    if (row.list === list) Object.assign(reporter, figures(row));
    else evolveShared(state, sharedList[list], row, shares);
  }
  state[list][from] = reporter;
  reporter.seq = seq;
  reporter.shares = [...shares.values()];
  placeLeader(state.leaders[list], state[list], from, before);
  state.totals = totals;
  if (recent.length > 0) state.recent = [...recent, ...state.recent].sort((a, b) => b.at - a.at).slice(0, RECENT);
}

/** Only one owner reported, so what a sum gained is what that owner's share gained. */
function evolveShared(
  state: RankingState,
  list: 'drivers' | 'products',
  row: ChangedRow,
  shares: Map<string, Share>,
): void {
  const { id } = row;
  const before = own(state[list], id) ?? { amount: 0, count: 0 };
  const [, amount, count] = shares.get(id) ?? [id, 0, 0];
  const share: Share = [id, amount + row.amount - before.amount, count + row.count - before.count];
  if (share[1] === 0 && share[2] === 0) shares.delete(id);
  else shares.set(id, share);
  state[list][id] = figures(row);
  placeLeader(state.leaders[list], state[list], id, before.amount);
}

function figures({ name, amount, count }: ChangedRow): Row {
  return { name, amount, count };
}
