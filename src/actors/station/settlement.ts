/**
 * How a restock is settled: the station keeps what it accepts, the rest goes back to the driver. What
 * the platform earns by restocks it earns at the sale.
 */
import type { HeldOrder, RefundTo, SettlementRule } from '../shared/settlement.js';
import type { ActorId } from '../../store/ports.js';
import type { OrderedLine } from './commands.js';
import { amountOf, type OpenRestock } from './state.js';

type PaidRestock = Pick<OpenRestock, 'total'> & { readonly station: string };

/** `accepted`: the lines that the station accepts, with the units that it accepts of each. */
export const restockSettlement: SettlementRule<PaidRestock, readonly OrderedLine[]> = (order, accepted) => {
  const amount = amountOf(accepted);
  const share = { wallet: order.station, amount, reason: 'restock' as const, name: 'station' };
  return { held: order.total, refund: order.total - amount, kept: 0, shares: amount > 0 ? [share] : [] };
};

/** Money goes back the way it came. */
function refundTo({ driver, tries, paidBy }: Pick<OpenRestock, 'driver' | 'tries' | 'paidBy'>): RefundTo {
  const payment = tries[paidBy - 1]?.payment;
  return payment === undefined ? { wallet: driver } : { payment };
}

/** The order as the settlement pays it out. */
export function heldOrder(
  self: ActorId,
  restock: string,
  order: OpenRestock,
  currency: string,
  why: string,
): HeldOrder {
  return { id: restock, actor: self, currency, refundTo: refundTo(order), why };
}
