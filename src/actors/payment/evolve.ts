import type { At } from '../runtime/definition.js';
import type { PaymentEvents } from './events.js';
import { EXCESS, type Payment, type PaymentMemory } from './state.js';

type Fold<T extends keyof PaymentEvents> = (memory: PaymentMemory, data: PaymentEvents[T], at: At) => void;

export const opened: Fold<'opened'> = (memory, data, { now }) => {
  memory.payment = { ...data, openedAt: now, state: 'created', url: null, reason: null, receipts: [], refunds: {} };
};

export const accepted: Fold<'accepted'> = (memory, { state, url }) => {
  Object.assign(held(memory), { state, url });
};

export const declined: Fold<'declined'> = (memory, { state, reason }) => {
  Object.assign(held(memory), { state, reason });
};

export const lapsed: Fold<'lapsed'> = (memory, { state }) => {
  held(memory).state = state;
};

export const received: Fold<'received'> = (memory, { state, receipt, back, reason }) => {
  const payment = held(memory);
  Object.assign(payment, { state, reason });
  payment.receipts.push({ ...receipt, fits: back === null });
  if (back === null) return;
  const { amount, currency } = receipt;
  payment.refunds[back] = { amount, currency, wanted: false, state: 'asked', at: null };
};

export const refundAsked: Fold<'refundAsked'> = (memory, { refund, amount }) => {
  const { refunds, currency } = held(memory);
  refunds[refund] = { amount, currency, wanted: true, state: 'asked', at: null };
};

export const refundDone: Fold<'refundDone'> = (memory, { state, refund, at }) => {
  const payment = held(memory);
  payment.state = state;
  const asked = payment.refunds[refund];
  if (asked) payment.refunds[refund] = { ...asked, state: 'done', at };
};

export const refundStuck: Fold<'refundStuck'> = (memory, { state, refund, reason }) => {
  const payment = held(memory);
  Object.assign(payment, { state, reason });
  const asked = payment.refunds[refund];
  if (asked) payment.refunds[refund] = { ...asked, state: 'stuck' };
};

export const excessReturned: Fold<'excessReturned'> = (memory, { state }) => {
  Object.assign(held(memory), { state, reason: EXCESS });
};

function held({ payment }: PaymentMemory): Payment {
  if (!payment) throw new Error('an event before the payment was opened');
  return payment;
}
