import { RECENT } from './commands.js';
import type { ChangedRow, Reported } from './events.js';
import { placeLeader } from './leaders.js';
import { own, type RankingState, type Share } from './state.js';

/** Folds a report that counts into the ranking: the rows as told, and this owner's shares by what they changed. */
export function evolveReported(state: RankingState, data: Reported): void {
  state.totals = data.totals;
  const shares = new Map(own(state.reporters, data.from)?.shares.map((share) => [share[0], share]));
  for (const row of data.rows) {
    const before = own(state.rows[row.list], row.id) ?? { amount: 0, count: 0 };
    state.rows[row.list][row.id] = { name: row.name, amount: row.amount, count: row.count };
    state.leaders[row.list] = placeLeader(state.leaders[row.list], state.rows[row.list], row.id, before.amount);
    if (row.list !== data.list) share(shares, row, before);
  }
  state.reporters[data.from] = { seq: data.seq, shares: [...shares.values()] };
  if (data.recent.length > 0) {
    state.recent = [...data.recent, ...state.recent].sort((a, b) => b.at - a.at).slice(0, RECENT);
  }
}

/** Only this owner reported, so what a sum gained is what its share gained. */
function share(
  shares: Map<string, Share>,
  { id, amount, count }: ChangedRow,
  before: { amount: number; count: number },
) {
  const [, amountBefore, countBefore] = shares.get(id) ?? [id, 0, 0];
  const now: Share = [id, amountBefore + amount - before.amount, countBefore + count - before.count];
  if (now[1] === 0 && now[2] === 0) shares.delete(id);
  else shares.set(id, now);
}
