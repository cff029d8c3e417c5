/**
 * A stand-in for a device or a station, as wallets and payments meet them: it charges, is paid, and sends
 * money back. It keeps the books as the real ones do and remembers what it heard.
 */
import { defineActor, type Reply } from '../../src/actors/runtime/definition.js';
import {
  toPayment,
  type OpenPayment,
  type PayeeCommands,
  type PaymentArrived,
  type PaymentFailed,
  type RefundPayment,
} from '../../src/actors/payment/commands.js';
import { toWallet, type Charge, type Credit, type Moved } from '../../src/actors/wallet/commands.js';

type Heard =
  | { readonly heard: 'answered'; readonly code: string }
  | { readonly heard: 'arrived'; readonly arrived: PaymentArrived }
  | { readonly heard: 'failed'; readonly failed: PaymentFailed };

export type PayeeState = { held: Record<string, number>; heard: Heard[] };

type Commands = PayeeCommands & {
  askPayment: { input: { readonly payment: string; readonly open: OpenPayment }; reply: null };
  chargeWallet: { input: { readonly wallet: string; readonly charge: Charge }; reply: null };
  creditWallet: { input: { readonly wallet: string; readonly credit: Credit }; reply: null };
  giveBack: {
    input: { readonly payment: string; readonly refund: RefundPayment; readonly currency: string };
    reply: null;
  };
  answered: { input: Reply<Moved | object, Charge | null>; reply: null };
};

type Events = {
  heard: Heard;
  /** `amount` is signed. */
  moved: { readonly amount: number; readonly currency: string };
};

/** A payee of the kind `device` or `station`. */
export function payeeActor(kind: 'device' | 'station') {
  return defineActor<PayeeState, Commands, Events, { payee: { input: unknown; reply: PayeeState } }>({
    kind,
    version: 1,
    initial: () => ({ held: {}, heard: [] }),
    decide: {
      askPayment: (_state, { payment, open }) => ({
        reply: null,
        send: [toPayment('open', payment, open, { reply: 'answered', note: null })],
      }),
      chargeWallet: (_state, { wallet, charge }) => ({
        reply: null,
        send: [toWallet('charge', wallet, charge, { reply: 'answered', note: charge })],
      }),
      creditWallet: (_state, { wallet, credit }, { self }) => ({
        reply: null,
        ...out(self, credit.transfer, credit.amount, credit.currency),
        send: [toWallet('credit', wallet, credit)],
      }),
      giveBack: (_state, { payment, refund, currency }, { self }) => ({
        reply: null,
        ...out(self, refund.transfer, refund.amount, currency),
        send: [toPayment('refund', payment, refund)],
      }),
      answered: (_state, { outcome, note }, { self }) => {
        const heard = {
          type: 'heard',
          data: { heard: 'answered', code: outcome.ok ? 'ok' : outcome.error.code },
        } as const;
        if (!outcome.ok || note === null) return { reply: null, events: [heard] };
        const { events, moves } = into(self, note.transfer, note.amount, note.currency);
        return { reply: null, events: [heard, ...events], moves };
      },
      paymentArrived: (_state, arrived, { self }) => {
        const { events, moves } = into(self, arrived.transfer, arrived.amount, arrived.currency);
        return { reply: null, events: [{ type: 'heard', data: { heard: 'arrived', arrived } }, ...events], moves };
      },
      paymentFailed: (_state, failed) => ({
        reply: null,
        events: [{ type: 'heard', data: { heard: 'failed', failed } }],
      }),
    },
    reads: { payee: (state) => state },
    evolve: {
      heard: (state, data) => {
        state.heard.push(data);
      },
      moved: (state, { amount, currency }) => {
        state.held[currency] = (state.held[currency] ?? 0) + amount;
      },
    },
  });
}

function into(self: string, transfer: string, amount: number, currency: string) {
  return {
    events: [{ type: 'moved', data: { amount, currency } }] as const,
    moves: [{ from: `transit/${transfer}`, to: `${self}/held`, unit: currency, quantity: amount }],
  };
}

function out(self: string, transfer: string, amount: number, currency: string) {
  return {
    events: [{ type: 'moved', data: { amount: -amount, currency } }] as const,
    moves: [{ from: `${self}/held`, to: `transit/${transfer}`, unit: currency, quantity: amount }],
  };
}
