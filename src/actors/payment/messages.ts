/** The messages that a payment sends to the provider and to its payee. */
import { messagesTo, type Message } from '../runtime/definition.js';
import { keyOf, kindOf } from '../runtime/ids.js';
import { toWallet } from '../wallet/commands.js';
import type { PayeeCommands, PaymentFailed, ProviderEffects } from './commands.js';
import type { Payment } from './state.js';

/** `toProvider('create', 'provider', {…}, { reply })`: an effect, performed by the gateway. */
export const toProvider = messagesTo<ProviderEffects>('effect');

/** Sends `amount` back to the payer; the answer comes to `refundAnswered`. */
export function refundEffect(
  { provider }: Payment,
  payment: string,
  { refund, amount, currency }: { readonly refund: string; readonly amount: number; readonly currency: string },
): Message {
  const input = { provider, payment, refund, amount, currency };
  return toProvider('refund', 'provider', input, { reply: 'refundAnswered', note: { refund } });
}

/** Tells whom it is for that the money came; it is on `transit/<transfer>`. */
export function paidIn(payment: Payment, key: string, transfer: string): Message {
  const { payee, purpose, amount, currency } = payment;
  if (purpose.kind !== 'topUp') {
    return toPayee(payment)('paymentArrived', keyOf(payee), { payment: key, purpose, transfer, amount, currency });
  }
  const payer = `provider:${payment.provider}`;
  return toWallet('credit', keyOf(payee), { transfer, amount, currency, reason: 'topUp', payer });
}

/** Tells whom it is for that no money came. A wallet that waits for nothing is told nothing. */
export function failed(payment: Payment, key: string, reason: PaymentFailed['reason']): readonly Message[] {
  const { payee, purpose } = payment;
  if (purpose.kind === 'topUp') return [];
  return [toPayee(payment)('paymentFailed', keyOf(payee), { payment: key, purpose, reason })];
}

function toPayee({ payee }: Payment) {
  return messagesTo<PayeeCommands>(kindOf(payee));
}
