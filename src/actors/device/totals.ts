/** The device's own totals of day, week, month, year and all: what was dropped, by product and by owner. */
import { periodNames, periodsOf } from '../shared/period.js';
import type { At } from '../runtime/definition.js';
import type { SaleSettled } from './events.js';
import { MOST_NEWS } from './limits.js';
import type { DeviceState, PeriodTotals, Sale } from './state.js';

/** Counts a settled sale in the five spans of its day, and starts what tells of it. */
export function count(
  state: DeviceState,
  sale: Sale,
  { sale: id, day, dropped, amount, fee }: SaleSettled,
  at: At,
): void {
  const periods = periodsOf(day);
  // A day's running line is told with that day; what is left of another is old.
  if (state.totals.day.key !== day) state.news = [];
  for (const period of periodNames) add(of(state.totals[period], periods[period]), sale, dropped, amount);
  state.fees.kept += fee;
  state.pending.fast = true;
  state.pending.slow = true;
  if (fee > 0) state.pending.sweep = true;
  const product = sale.lines.find((_, i) => (dropped[i] ?? 0) > 0)?.name ?? '';
  state.news.push({ id, at: at.now, where: state.name, product, amount, ...sale.where });
  if (state.news.length > MOST_NEWS) state.news.shift();
}

/** The totals of a span, begun anew when it is another than the last. */
function of(totals: PeriodTotals, key: string): PeriodTotals {
  if (totals.key === key) return totals;
  if (totals.key !== '') totals.before = { key: totals.key, amount: totals.amount, orders: totals.orders };
  totals.key = key;
  totals.amount = 0;
  totals.orders = 0;
  totals.products = {};
  totals.drivers = {};
  return totals;
}

function add(
  totals: PeriodTotals,
  { lines, owner, ownerName }: Sale,
  dropped: readonly number[],
  amount: number,
): void {
  totals.amount += amount;
  totals.orders++;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i];
    const units = dropped[i] ?? 0;
    if (!line || units === 0) continue;
    const product = (totals.products[line.product] ??= { name: line.name, amount: 0, units: 0 });
    product.name = line.name;
    product.amount += units * line.price;
    product.units += units;
  }
  const driver = (totals.drivers[owner] ??= { name: ownerName, amount: 0, count: 0 });
  driver.name = ownerName;
  driver.amount += amount;
  driver.count++;
}
