/**
 * Decisions about the money that was asked for an order: come, not come, come too late.
 *
 *   B2  money that came is on a transit account; this entry takes it into `station:<key>/held`, or, when the
 *       order is not to be paid (any more), sends it back the way it came
 *   An order is paid once: whatever else comes for it goes back.
 */
import type { Context, Decision } from '../runtime/definition.js';
import type { PaymentArrived, PaymentFailed } from '../payment/commands.js';
import { byItself, byPayment } from '../shared/callers.js';
import { own } from '../shared/own.js';
import { heldBy, sendBack, transit, type RefundTo } from '../shared/settlement.js';
import type { Terms } from '../terms.js';
import type { PaymentNote, StationCommands } from './commands.js';
import { expiry, lapse } from './decide-order.js';
import { chargeName } from './decide-pay.js';
import type { StationEvents } from './events.js';
import type { OpenRestock, StationState } from './state.js';

type Decided<R> = Decision<StationEvents, R>;

/** The wallet's answer. */
export function chargeAnswered(terms: Pick<Terms, 'acceptWithinMs'>) {
  return (
    state: Readonly<StationState>,
    { outcome, note }: StationCommands['chargeAnswered']['input'],
    context: Context,
  ): Decided<null> => {
    const wrong = byItself(context);
    if (wrong) return wrong;
    if (!outcome.ok) return failed(state, note, outcome.error.code);
    const order = own(state.orders, note.restock);
    const came = { ...note, transfer: chargeName(note) };
    if (order?.state === 'to_pay') return paid(order, came, note.attempt, terms.acceptWithinMs, context);
    return goesBack(came, { wallet: note.driver }, `${note.restock}.late.${note.attempt}`, context);
  };
}

/** A payment actor's answer to being opened: only a refusal matters, the money itself comes with `paymentArrived`. */
export function paymentOpened(
  state: Readonly<StationState>,
  { outcome, note }: StationCommands['paymentOpened']['input'],
  context: Context,
): Decided<null> {
  return byItself(context) ?? (outcome.ok ? { reply: null } : failed(state, note, outcome.error.code));
}

/** A provider's money is there. Never refused: it must go somewhere. */
export function paymentArrived(terms: Pick<Terms, 'acceptWithinMs'>) {
  return (state: Readonly<StationState>, arrived: PaymentArrived, context: Context): Decided<null> => {
    const { payment, purpose, transfer, amount, currency } = arrived;
    const wrong = byPayment(payment, context);
    if (wrong) return wrong;
    const restock = purpose.key;
    const order = own(state.orders, restock);
    const came = { restock, transfer, amount, currency };
    const attempt = order ? attemptOf(order, payment) : 0;
    if (order?.state === 'to_pay' && attempt > 0 && order.total === amount && state.currency === currency) {
      return paid(order, came, attempt, terms.acceptWithinMs, context);
    }
    return goesBack(came, { payment }, `${restock}.late.${payment}`, context);
  };
}

/** A provider's money is not there (yet): another way may be tried. */
export function paymentFailed(
  state: Readonly<StationState>,
  { payment, purpose, reason }: PaymentFailed,
  context: Context,
): Decided<null> {
  const wrong = byPayment(payment, context);
  if (wrong) return wrong;
  const order = own(state.orders, purpose.key);
  if (!order) return { reply: null };
  return failed(state, { restock: purpose.key, attempt: attemptOf(order, payment) }, reason);
}

type Came = {
  readonly restock: string;
  readonly transfer: string;
  readonly amount: number;
  readonly currency: string;
};

/** Which try to pay a provider's payment is; 0 when it is none of this order's. */
function attemptOf(order: OpenRestock, payment: string): number {
  return order.tries.findIndex((one) => one.payment === payment) + 1;
}

function paid(
  order: OpenRestock,
  { restock, transfer, amount, currency }: Came,
  attempt: number,
  acceptWithinMs: number,
  { self, now }: Context,
): Decided<null> {
  const { driver, driverName, total, tries } = order;
  const method = tries[attempt - 1]?.method ?? 'balance';
  const due = now + acceptWithinMs;
  return {
    reply: null,
    events: [{ type: 'restockPaid', data: { restock, driver, driverName, total, currency, method, attempt } }],
    send: [{ to: self, type: 'lapseRestock', input: { restock }, due, label: lapse(restock) }],
    closes: [expiry(restock)],
    moves: [{ from: transit(transfer), to: heldBy(self), unit: currency, quantity: amount }],
  };
}

function goesBack(
  { restock, transfer, amount, currency }: Came,
  to: RefundTo,
  name: string,
  { self }: Context,
): Decided<null> {
  const data = { restock, amount, currency };
  const driver = 'wallet' in to ? to.wallet : undefined;
  return {
    reply: null,
    events: [{ type: 'paymentReturned', data: driver === undefined ? data : { ...data, driver } }],
    send: [sendBack({ actor: self, currency, refundTo: to, why: 'late' }, name, amount)],
    moves: [{ from: transit(transfer), to: transit(name), unit: currency, quantity: amount }],
  };
}

/** A try to pay came to nothing: another may be made. */
function failed(
  state: Readonly<StationState>,
  { restock, attempt }: Pick<PaymentNote, 'restock' | 'attempt'>,
  reason: string,
): Decided<null> {
  const order = own(state.orders, restock);
  if (order?.state !== 'to_pay' || order.tries[attempt - 1]?.failed !== false) return { reply: null };
  return { reply: null, events: [{ type: 'paymentFailed', data: { restock, driver: order.driver, attempt, reason } }] };
}
