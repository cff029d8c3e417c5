/**
 * How a sale is paid: the passenger's wallet is charged or a provider is asked, and what they answer is heard. What
 * becomes of the money is money.ts's.
 *
 *   R9  The charge is a message; its answer is a command of its own, and may find the sale gone.
 */
import {
  refuse,
  type Context,
  type Decision,
  type EventOf,
  type Message,
  type Refused,
} from '../runtime/definition.js';
import { toPayment } from '../payment/commands.js';
import { byItself, byPayment } from '../shared/callers.js';
import { own } from '../shared/own.js';
import type { Terms } from '../terms.js';
import { toWallet } from '../wallet/commands.js';
import type { ChargeNote, PaymentNote, PayMethod } from './commands.js';
import type { DeviceEvents } from './events.js';
import { ownSale } from './found.js';
import { nothing, type Decide } from './guards.js';
import { moneyCame } from './money.js';
import type { DeviceState, Sale } from './state.js';

/** What a payment is paid with when it is the passenger's wallet. */
const BALANCE = 'balance';

type Payable = { readonly id: string } & Pick<Sale, 'passenger' | 'total' | 'expiresAt'>;
type Begun = {
  readonly event: EventOf<DeviceEvents>;
  readonly message: Message;
  /** What the passenger hears of it at once. */
  readonly told: { readonly payment?: string };
};

export const paySale =
  (terms: Terms): Decide<'paySale'> =>
  (state, { sale: id, method }, context) => {
    const sale = ownSale(state, id, context.caller);
    if ('refused' in sale) return sale;
    if (sale.state === 'paid') return refuse('already_paid', `sale ${id}: it is paid`);
    // A page of a provider may stand open for ever; who leaves it may pay otherwise. A charge answers by itself.
    if (sale.payment === BALANCE) return refuse('already_paying', `sale ${id}: the wallet is being charged`);
    const { passenger, total, expiresAt } = sale;
    const begun = beginPayment(terms, state, { id, passenger, total, expiresAt }, method, context);
    if ('refused' in begun) return begun;
    return { reply: { sale: id, state: 'paying', ...begun.told }, events: [begun.event], send: [begun.message] };
  };

export function beginPayment(
  terms: Terms,
  state: Readonly<DeviceState>,
  { id: sale, passenger, total: amount, expiresAt }: Payable,
  method: PayMethod,
  context: Context,
): Begun | Refused {
  const { currency } = state;
  if (method === BALANCE) {
    const note: ChargeNote = { sale, passenger, amount };
    const charge = { transfer: `${sale}.charge`, amount, currency, reason: 'sale', payee: context.self } as const;
    const message = toWallet('charge', passenger, charge, { reply: 'chargeAnswered', note });
    return { event: { type: 'paymentStarted', data: { sale, payment: BALANCE } }, message, told: {} };
  }
  if (!terms.providers.includes(method)) return refuse('unknown_provider', `method: ${method} is not set up`);
  const payment = context.id('pay');
  const note: PaymentNote = { sale, payment };
  const open = {
    provider: method,
    amount,
    currency,
    purpose: { kind: 'sale', key: sale } as const,
    payer: `passenger:${passenger}`,
    expiresAt,
  };
  const message = toPayment('open', payment, open, { reply: 'paymentOpened', note });
  return { event: { type: 'paymentStarted', data: { sale, payment } }, message, told: { payment } };
}

export const paymentOpened: Decide<'paymentOpened'> = (state, { outcome, note }, context) => {
  const wrong = byItself(context);
  if (wrong) return wrong;
  const sale = own(state.sales, note.sale);
  if (!sale || sale.payment !== note.payment || sale.state !== 'paying') return nothing;
  if (!outcome.ok) return unpaid(note.sale, sale, outcome.error.code);
  const { url, expiresAt } = outcome.value;
  const data = { sale: note.sale, passenger: sale.passenger, payment: note.payment, url, expiresAt };
  return { reply: null, events: [{ type: 'paymentReady', data }] };
};

export const chargeAnswered =
  (terms: Terms): Decide<'chargeAnswered'> =>
  (state, { outcome, note }, context) => {
    const wrong = byItself(context);
    if (wrong) return wrong;
    const { sale: id, passenger, amount } = note;
    if (outcome.ok) {
      const { transfer } = outcome.value;
      const refundTo = { wallet: passenger };
      const { currency } = state;
      const money = { sale: id, payment: BALANCE, transfer, amount, currency, refundTo, passenger };
      return moneyCame(terms, state, money, context);
    }
    const sale = own(state.sales, id);
    if (!sale || sale.payment !== BALANCE || sale.state !== 'paying') return nothing;
    return unpaid(id, sale, outcome.error.code);
  };

/** A payment's message. It is never refused to a payment: the money is there. */
export const paymentArrived =
  (terms: Terms): Decide<'paymentArrived'> =>
  (state, { payment, purpose, transfer, amount, currency }, context) => {
    const wrong = byPayment(payment, context);
    if (wrong) return wrong;
    const money = { sale: purpose.key, payment, transfer, amount, currency, refundTo: { payment } };
    return moneyCame(terms, state, money, context);
  };

export const paymentFailed: Decide<'paymentFailed'> = (state, { payment, purpose, reason }, context) => {
  const wrong = byPayment(payment, context);
  if (wrong) return wrong;
  const sale = own(state.sales, purpose.key);
  if (!sale || sale.payment !== payment || sale.state !== 'paying') return nothing;
  return unpaid(purpose.key, sale, reason);
};

function unpaid(id: string, { passenger }: Sale, reason: string): Decision<DeviceEvents, null> {
  return { reply: null, events: [{ type: 'paymentRefused', data: { sale: id, passenger, reason } }] };
}
