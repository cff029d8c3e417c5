/**
 * The payment: one intent with one provider, from the order to the last refund.
 *
 * Boundary: it knows who is to be told and how much it is, and nothing of sales, restocks or HTTP. What
 * it asks of the provider is an effect (`effect:provider`); what the provider says comes as `confirm`.
 * Keeps: B1, B2; each receipt takes effect once, whatever is repeated, late or lost (R4, R5).
 */
import { defineActor, refuse, type ActorDefinition, type At, type PushBody } from '../runtime/definition.js';
import { keyOf } from '../runtime/ids.js';
import { maySee } from '../shared/callers.js';
import type { Terms } from '../terms.js';
import type { PaymentCommands, PaymentState, Purpose } from './commands.js';
import { decideOpen } from './decide-open.js';
import { check, checkAnswered, confirm, createAnswered } from './decide-provider.js';
import { refund, refundAnswered } from './decide-refund.js';
import type { PaymentEvents } from './events.js';
import * as evolve from './evolve.js';
import { initialPayment, type PaymentMemory } from './state.js';
import { paymentRow, paymentsCollection } from './views.js';

/** What the payer may know. `url` is the provider's page, null until it has said so. */
export type PaymentSeen = {
  readonly payment: string;
  readonly state: PaymentState;
  readonly reason: string | null;
  readonly provider: string;
  readonly purpose: Purpose;
  readonly amount: number;
  readonly currency: string;
  readonly refunded: number;
  readonly expiresAt: number;
  readonly url: string | null;
};

export type PaymentReads = {
  /** By its payer or the platform. Refuses `unknown_payment`, `not_yours`. */
  payment: { input: unknown; reply: PaymentSeen };
};

type Definition = ActorDefinition<PaymentMemory, PaymentCommands, PaymentEvents, PaymentReads>;

export function paymentActor(terms: Terms): Definition {
  const row = (memory: Readonly<PaymentMemory>, _data: unknown, at: At) => paymentRow(memory, at);
  return defineActor<PaymentMemory, PaymentCommands, PaymentEvents, PaymentReads>({
    kind: 'payment',
    version: 1,
    initial: initialPayment,
    decide: {
      open: (memory, input, context) => decideOpen(memory, input, context, terms),
      refund,
      confirm,
      check,
      createAnswered,
      refundAnswered,
      checkAnswered: (memory, input, context) => checkAnswered(memory, input, context, terms),
    },
    evolve: { ...evolve },
    reads: {
      payment: ({ payment }, _input, context) => {
        if (!payment) return refuse('unknown_payment', `payment ${context.key}: there is none`);
        if (!maySee(context, keyOf(payment.payer)))
          return refuse('not_yours', `payment ${context.key}: of another payer`);
        const { state, reason, provider, purpose, amount, currency, expiresAt, url } = payment;
        const refunded = Object.values(payment.refunds)
          .filter((back) => back.wanted && back.state === 'done')
          .reduce((sum, back) => sum + back.amount, 0);
        return { payment: context.key, state, reason, provider, purpose, amount, currency, refunded, expiresAt, url };
      },
    },
    push: {
      accepted: ({ state, url }, { self }) => [statePush(self, { state, url })],
      declined: ({ state, reason }, { self }) => [statePush(self, { state, reason })],
      lapsed: ({ state }, { self }) => [statePush(self, { state })],
      received: ({ state, reason }, { self }) => [statePush(self, { state, reason })],
      refundDone: ({ state }, { self }) => [statePush(self, { state })],
      refundStuck: ({ state }, { self }) => [statePush(self, { state })],
    },
    rows: {
      opened: row,
      accepted: row,
      declined: row,
      lapsed: row,
      received: row,
      refundAsked: row,
      refundDone: row,
      refundStuck: row,
      excessReturned: row,
    },
    collections: [paymentsCollection.name],
  });
}

/** Told on `payment:<key>/payer`. */
function statePush(self: string, data: { state: PaymentState; url?: string; reason?: string | null }): PushBody {
  return { channel: 'payer', name: 'payment.changed', data: { payment: keyOf(self), ...data } };
}
