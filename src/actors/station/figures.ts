/**
 * A station's own figures: what it supplied in each of five periods, exact because it counts them
 * itself. A business day that the event names opens new periods; what an ended one was not told of yet
 * is kept until it is.
 */
import { RECENT, type RecentItem } from '../ranking/commands.js';
import { own } from '../shared/own.js';
import { periodNames, periodsOf } from '../shared/period.js';
import type { OrderedLine } from './commands.js';
import { noFigures, type PeriodFigures, type StationState } from './state.js';

/** What an accepted order adds: `amount` is the sum of its accepted lines. */
export type Supplied = {
  readonly restock: string;
  readonly accepted: readonly OrderedLine[];
  readonly amount: number;
  /** Business day, `YYYY-MM-DD`. */
  readonly day: string;
};

/** Ended periods that may wait to be told: more than one night's worth, should the timers be late. */
const MOST_ENDED = 16;

/** Adds an accepted order to all five periods, and marks them untold. */
export function fold(state: StationState, supplied: Supplied, now: number): void {
  const periods = periodsOf(supplied.day);
  const { untold } = state;
  for (const period of periodNames) {
    const before = state.figures[period];
    if (before.key !== periods[period]) {
      if (period === 'day' ? untold.day : untold.longer) untold.ended.push({ period, figures: before });
      state.figures[period] = noFigures(periods[period]);
    }
    add(state.figures[period], supplied);
  }
  untold.ended = untold.ended.slice(-MOST_ENDED);
  untold.day = true;
  untold.longer = true;
  untold.recent = [...untold.recent, recentItem(state, supplied, now)].slice(-RECENT);
}

function add(figures: PeriodFigures, { accepted, amount }: Supplied): void {
  figures.amount += amount;
  figures.count += 1;
  for (const { product, units, price } of accepted) {
    const sum = own(figures.products, product) ?? { amount: 0, units: 0 };
    figures.products[product] = { amount: sum.amount + units * price, units: sum.units + units };
  }
}

/** The running line shows an order by its dearest line. */
function recentItem(state: StationState, { restock, accepted, amount }: Supplied, now: number): RecentItem {
  const dearest = accepted.reduce((a, b) => (b.units * b.price > a.units * a.price ? b : a));
  const { name: where, lon, lat } = state;
  return { id: restock, at: now, where, product: dearest.name, amount, lon, lat };
}
