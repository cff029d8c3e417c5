/**
 * How a sale is split, by what was dropped: the owner is paid for it less the platform's fee, the passenger gets
 * the rest back. The whole price of a line counts for each unit of that line (one price a line, not one for all).
 */
import { partOf } from '../shared/money.js';
import type { SettlementRule } from '../shared/settlement.js';
import type { Sale } from './state.js';

/** What of a sale was dropped, line by line, and the device's fee. */
export type SaleResult = { readonly dropped: readonly number[]; readonly feeBasisPoints: number };

export const settleSale: SettlementRule<Pick<Sale, 'lines' | 'total' | 'owner'>, SaleResult> = (sale, result) => {
  const amount = priceOf(sale.lines, result.dropped);
  const kept = partOf(amount, result.feeBasisPoints);
  const share = { wallet: sale.owner, amount: amount - kept, reason: 'earnings', name: 'driver' } as const;
  return { held: sale.total, refund: sale.total - amount, kept, shares: share.amount > 0 ? [share] : [] };
};

/** What so many units of each line cost, minor units. */
export function priceOf(lines: Sale['lines'], units: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < lines.length; i++) sum += (lines[i]?.price ?? 0) * (units[i] ?? 0);
  return sum;
}
