/**
 * Takes an owner's report: the highest seq of an owner wins (a lost, repeated or late one changes nothing),
 * and what changed is written as new absolute figures.
 */
import { refuse, type Context, type Decision, type Refused } from '../runtime/definition.js';
import { isId, own } from '../shared/own.js';
import { RECENT, type Report, type Ticker, type Totals } from './commands.js';
import type { ChangedRow, RankingEvents } from './events.js';
import { sharedList, type RankingState, type Row } from './state.js';

/** The job that rebuilds a ranking from its owners; it may report for them, and repeat a seq. */
export const REBUILD = 'system:rankings';

const ownerKind = { devices: 'device', stations: 'station' } as const;

export function decideReport(
  state: Readonly<RankingState>,
  report: Report,
  { caller }: Context,
): Decision<RankingEvents, { kept: boolean }> {
  const wrong = check(report, caller);
  if (wrong) return wrong;
  const known = own(state[report.list], report.from);
  // What a rebuild reads of an owner is at least as new as the report of the same seq.
  if (known && (report.seq < known.seq || (report.seq === known.seq && caller !== REBUILD))) {
    return { reply: { kept: false } };
  }
  const { from, list, seq } = report;
  const rows = [...ownRow(state, report), ...sharedRows(state, report)];
  const recent = tickers(state, report);
  return {
    reply: { kept: true },
    events: [{ type: 'reported', data: { list, from, seq, totals: totals(state, report), rows, recent } }],
  };
}

function check(report: Report, caller: string): Refused | undefined {
  if (caller !== REBUILD && caller !== `${ownerKind[report.list]}:${report.from}`) {
    return refuse('not_yours', `from: ${caller} may not report for ${report.from}`);
  }
  const shares = sharesOf(report);
  const bad = [report.from, ...shares.map(({ id }) => id)].find((id) => !isId(id));
  if (bad !== undefined) return refuse('bad_input', `id: ${bad.slice(0, 80)} is no id`);
  const figures = [report, ...shares].flatMap(({ amount, count }) => [amount, count]);
  if (![report.seq, ...figures].every((n) => Number.isSafeInteger(n) && n >= 0)) {
    return refuse('bad_input', 'seq, amounts and counts: must be whole numbers, 0 or more');
  }
  return undefined;
}

/** What a report says of drivers or of products, in one shape. */
function sharesOf(report: Report): readonly (Row & { id: string })[] {
  if (report.list === 'devices') return report.driver ?? [];
  return (report.products ?? []).map(({ id, name, amount, units }) => ({ id, name, amount, count: units }));
}

function ownRow(state: Readonly<RankingState>, { list, from, fromName, amount, count }: Report): ChangedRow[] {
  return changed({ list, id: from, name: fromName, amount, count }, own(state[list], from));
}

/** Sum of a row = sum before - this owner's share before + this owner's share now; a share no longer listed is 0. */
function sharedRows(state: Readonly<RankingState>, report: Report): ChangedRow[] {
  const list = sharedList[report.list];
  const before = new Map(own(state[report.list], report.from)?.shares.map((share) => [share[0], share]));
  const now = new Map(sharesOf(report).map((share) => [share.id, share]));
  return [...new Set([...now.keys(), ...before.keys()])].flatMap((id) => {
    const row = own(state[list], id);
    const share = now.get(id);
    const [, amount, count] = before.get(id) ?? [id, 0, 0];
    const sum = {
      name: share?.name ?? row?.name ?? id,
      amount: (row?.amount ?? 0) - amount + (share?.amount ?? 0),
      count: (row?.count ?? 0) - count + (share?.count ?? 0),
    };
    return changed({ list, id, ...sum }, row);
  });
}

function changed(now: ChangedRow, before: Row | undefined): ChangedRow[] {
  const same = before?.name === now.name && before.amount === now.amount && before.count === now.count;
  return same ? [] : [now];
}

function totals(state: Readonly<RankingState>, { list, from, amount, count }: Report): Totals {
  const before = own(state[list], from);
  const { amount: sum, orders } = state.totals[list];
  return {
    ...state.totals,
    [list]: { amount: sum - (before?.amount ?? 0) + amount, orders: orders - (before?.count ?? 0) + count },
  };
}

/** What is new of a report's recent items, newest first. */
function tickers(state: Readonly<RankingState>, { list, recent = [] }: Report): Ticker[] {
  const shown = new Set(state.recent.map(({ id, what }) => `${id} ${what}`));
  const kind = list === 'devices' ? 'sale' : 'restock';
  return recent
    .filter(({ id, product }) => !shown.has(`${id} ${product}`))
    .map(({ product, ...item }): Ticker => ({ ...item, kind, what: product }))
    .sort((a, b) => b.at - a.at)
    .slice(0, RECENT);
}
