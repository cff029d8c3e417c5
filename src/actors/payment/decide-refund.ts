/**
 * Money on its way back. The payee sends it as a whole or line by line; the provider is asked, and
 * until it has said yes the money is on `payment:<key>/held` (B2). Money that came here is never
 * refused, because it has left the payee already: what cannot go back stays held, and the payment
 * is disputed.
 */
import { refuse, type Context, type Decision, type Reply } from '../runtime/definition.js';
import { isAmount } from '../shared/money.js';
import { kindOf } from '../runtime/ids.js';
import { byItself, sentByActor } from '../shared/callers.js';
import type { ProviderEffects, RefundNote, RefundPayment } from './commands.js';
import type { PaymentEvents } from './events.js';
import { refundEffect } from './messages.js';
import { next, refundable, returnedWith, type PaymentMemory } from './state.js';

type Step = Decision<PaymentEvents, null>;

export function refund({ payment }: PaymentMemory, input: RefundPayment, context: Context): Step {
  if (!payment) return refuse('unknown_payment', `payment ${context.key}: there is none`);
  if (payment.payee !== context.caller || !sentByActor(context, [kindOf(payment.payee)])) {
    return refuse('not_yours', `payment ${context.key}: only its payee sends money back`);
  }
  const { transfer, amount, reason } = input;
  if (!isAmount(amount)) return refuse('bad_input', `amount ${amount}: must be a whole number above zero`);
  const { currency, state } = payment;
  const moves = [{ from: `transit/${transfer}`, to: `payment:${context.key}/held`, unit: currency, quantity: amount }];
  if (amount > refundable(payment) || Object.hasOwn(payment.refunds, transfer)) {
    const data = { state: next[state].stuck, transfer, amount };
    return { reply: null, moves, events: [{ type: 'excessReturned', data }] };
  }
  return {
    reply: null,
    moves,
    events: [{ type: 'refundAsked', data: { state, refund: transfer, amount, reason } }],
    send: [refundEffect(payment, context.key, { refund: transfer, amount, currency })],
  };
}

export function refundAnswered(
  { payment }: PaymentMemory,
  { outcome, note }: Reply<ProviderEffects['refund']['reply'], RefundNote>,
  context: Context,
): Step {
  const wrong = byItself(context);
  if (wrong) return wrong;
  const asked = payment?.refunds[note.refund];
  if (!payment || !asked) return { reply: null };
  if (!outcome.ok) {
    const data = { state: next[payment.state].stuck, refund: note.refund, reason: outcome.error.message };
    return { reply: null, events: [{ type: 'refundStuck', data }] };
  }
  const state = returnedWith(payment, note.refund) ? next[payment.state].returned : payment.state;
  const { currency, amount } = asked;
  const from = `payment:${context.key}/held`;
  return {
    reply: null,
    events: [{ type: 'refundDone', data: { state, refund: note.refund, at: outcome.value.at } }],
    moves: [{ from, to: `world/${payment.provider}`, unit: currency, quantity: amount }],
  };
}
