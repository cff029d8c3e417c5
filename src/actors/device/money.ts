/**
 * What a device makes of money that came for a sale: the price of an unpaid open sale pays it and sets the box to work;
 * all other money goes back by itself.
 *
 *   B2  Money that comes is taken from its transit account to what the device holds, in the entry that says so.
 */
import type { Context, Decision } from '../runtime/definition.js';
import { own } from '../shared/own.js';
import { heldBy, sendBack, transit, type RefundTo } from '../shared/settlement.js';
import type { Move } from '../../store/ports.js';
import type { Terms } from '../terms.js';
import type { DeviceEvents, PaymentReturned } from './events.js';
import { closedSale } from './found.js';
import { REPORT_MARGIN_MS } from './limits.js';
import type { DeviceState } from './state.js';
import { expiryOf, overdueTimer } from './timers.js';

/** Money that came for a sale, on `transit/<transfer>`, and whither it goes when the sale does not want it. */
export type Money = {
  readonly sale: string;
  readonly payment: string;
  readonly transfer: string;
  readonly amount: number;
  readonly currency: string;
  readonly refundTo: RefundTo;
  readonly passenger?: string;
};

export function moneyCame(
  terms: Terms,
  state: Readonly<DeviceState>,
  money: Money,
  context: Context,
): Decision<DeviceEvents, null> {
  const { self, now } = context;
  const sale = own(state.sales, money.sale);
  const taken = { from: transit(money.transfer), to: heldBy(self), unit: money.currency, quantity: money.amount };
  if (!sale) return giveBack(state, money, 'paid_late', taken, context);
  if (sale.state === 'paid') return giveBack(state, money, 'paid_twice', taken, context);
  if (money.amount !== sale.total || money.currency !== state.currency) {
    return giveBack(state, money, 'amount_differs', taken, context);
  }
  const overdueAt = now + terms.dispenseWithinMs;
  const until = overdueAt - Math.min(REPORT_MARGIN_MS, Math.floor(terms.dispenseWithinMs / 10));
  const lines = sale.lines.map(({ slot, units }) => ({ slot, units }));
  const data = { sale: money.sale, passenger: sale.passenger, payment: money.payment, lines, until };
  return {
    reply: null,
    events: [{ type: 'salePaid', data }],
    moves: [taken],
    closes: [expiryOf(money.sale)],
    send: [overdueTimer(self, money.sale, overdueAt)],
  };
}

function giveBack(
  state: Readonly<DeviceState>,
  money: Money,
  reason: PaymentReturned['reason'],
  taken: Move,
  { self }: Context,
): Decision<DeviceEvents, null> {
  const { sale, payment, amount, currency, refundTo } = money;
  const transfer = `${money.transfer}.refund`;
  const passenger = money.passenger ?? (own(state.sales, sale) ?? closedSale(state, sale))?.passenger;
  const returned = { sale, payment, transfer, amount, reason };
  return {
    reply: null,
    events: [{ type: 'paymentReturned', data: passenger === undefined ? returned : { ...returned, passenger } }],
    moves: [taken, { from: taken.to, to: transit(transfer), unit: currency, quantity: amount }],
    send: [sendBack({ actor: self, currency, refundTo, why: reason }, transfer, amount)],
  };
}
