/**
 * What a payment makes of the provider's words: its answer to the order, its call-backs, its answers
 * when it is asked. They come early, late, twice or never, and each receipt takes effect once.
 *
 *   - a receipt is known by its serial; one that is known changes nothing
 *   - the right amount, the first time, goes on to the payee, however late it is: the payee says whether
 *     it is too late, and sends it back
 *   - anything else that came (another amount, another currency, a second time) goes back by itself
 *   B2  what came is on `transit/…` on its way to the payee, or on `payment:<key>/held` until it is back
 */
import type { Move } from '../../store/ports.js';
import { refuse, type Context, type Decision, type EventOf, type Message, type Reply } from '../runtime/definition.js';
import { byItself } from '../shared/callers.js';
import type { Terms } from '../terms.js';
import type { CheckNote, PaymentState, ProviderEffects, ProviderWord, Receipt } from './commands.js';
import { CHECK, checkAt } from './decide-open.js';
import type { PaymentEvents } from './events.js';
import { failed, paidIn, refundEffect, toProvider } from './messages.js';
import { next, type Payment, type PaymentMemory } from './state.js';

type Step = Decision<PaymentEvents, null>;
type Confirmation = Decision<PaymentEvents, { readonly state: PaymentState }>;

const nothing: Step = { reply: null };

/** Repeats of a call-back get the same answer as the first, and change nothing. */
export function confirm({ payment }: PaymentMemory, word: ProviderWord, context: Context): Confirmation {
  if (!payment) return refuse('unknown_payment', `payment ${context.key}: there is none`);
  if (context.caller !== `provider:${payment.provider}`) {
    return refuse('not_allowed', `caller ${context.caller}: is not the payment's provider`);
  }
  const taken = take(payment, word, context);
  return { ...taken, reply: { state: stateAfter(payment, taken.events) } };
}

export function createAnswered(
  { payment }: PaymentMemory,
  { outcome }: Reply<ProviderEffects['create']['reply'], null>,
  context: Context,
): Step {
  const wrong = byItself(context);
  if (wrong) return wrong;
  if (!payment) return nothing;
  if (!outcome.ok) return { reply: null, ...decline(payment, context, outcome.error.message) };
  const { url } = outcome.value;
  return { reply: null, events: [{ type: 'accepted', data: { state: next[payment.state].accepted, url } }] };
}

/** By the timer, or by the reconciliation when the provider's statement shows what no call-back told. */
export function check({ payment }: PaymentMemory, _input: unknown, context: Context): Step {
  const again = context.caller === context.self;
  if (!again && context.caller !== 'system:reconciliation') {
    return refuse('not_allowed', `caller ${context.caller}: only the reconciliation asks for a check`);
  }
  if (!payment) return refuse('unknown_payment', `payment ${context.key}: there is none`);
  const asked = { provider: payment.provider, payment: context.key };
  const note: CheckNote = { again };
  return { reply: null, send: [toProvider('query', 'provider', asked, { reply: 'checkAnswered', note })] };
}

export function checkAnswered(
  { payment }: PaymentMemory,
  { outcome, note }: Reply<ProviderWord, CheckNote>,
  context: Context,
  terms: Terms,
): Step {
  const wrong = byItself(context);
  if (wrong) return wrong;
  if (!payment) return nothing;
  const word: ProviderWord = outcome.ok ? outcome.value : { result: 'waiting' };
  if (word.result !== 'waiting') return { reply: null, ...take(payment, word, context) };
  const lapsed = next[payment.state].lapsed;
  if (!note.again || lapsed === payment.state) return nothing;
  if (context.now < payment.expiresAt) {
    // Asks again after as long as it has waited so far.
    const wait = Math.max(terms.paymentCheckMs, context.now - payment.openedAt);
    return { reply: null, send: [checkAt(context, Math.min(context.now + wait, payment.expiresAt))] };
  }
  const send = failed(payment, context.key, 'expired');
  return { reply: null, events: [{ type: 'lapsed', data: { state: lapsed } }], send };
}

interface Taken {
  readonly events?: readonly EventOf<PaymentEvents>[];
  readonly send?: readonly Message[];
  readonly moves?: readonly Move[];
  readonly closes?: readonly string[];
}

function take(payment: Payment, word: ProviderWord, context: Context): Taken {
  if (word.result !== 'paid') return word.result === 'refused' ? decline(payment, context, 'refused') : {};
  let { state } = payment;
  const known = new Set(payment.receipts.map(({ serial }) => serial));
  const parts: Required<Taken>[] = [];
  for (const receipt of word.receipts) {
    if (known.has(receipt.serial)) continue;
    const part = receive({ ...payment, state }, receipt, known.size + 1, context.key);
    known.add(receipt.serial);
    state = stateAfter({ state }, part.events);
    parts.push(part);
  }
  return {
    events: parts.flatMap(({ events }) => events),
    send: parts.flatMap(({ send }) => send),
    moves: parts.flatMap(({ moves }) => moves),
    closes: [CHECK],
  };
}

function receive(payment: Payment, receipt: Receipt, n: number, key: string): Required<Taken> {
  const { state, provider } = payment;
  const { amount, currency } = receipt;
  const from = `world/${provider}`;
  const right = amount === payment.amount && currency === payment.currency;
  const after = right ? next[state].arrived : next[state].differed;
  if (right && after !== state) {
    const transfer = `${key}.payment`;
    return {
      events: [{ type: 'received', data: { state: after, receipt, back: null, reason: null } }],
      send: [paidIn(payment, key, transfer)],
      moves: [{ from, to: `transit/${transfer}`, unit: currency, quantity: amount }],
      closes: [],
    };
  }
  const back = `${key}.back.${n}`;
  const turned = after !== state;
  const reason = turned ? 'amount_differs' : payment.reason;
  return {
    events: [{ type: 'received', data: { state: after, receipt, back, reason } }],
    send: [
      ...(turned ? failed(payment, key, 'amount_differs') : []),
      refundEffect(payment, key, { refund: back, amount, currency }),
    ],
    moves: [{ from, to: `payment:${key}/held`, unit: currency, quantity: amount }],
    closes: [],
  };
}

function decline(payment: Payment, context: Context, reason: string): Taken {
  const state = next[payment.state].declined;
  if (state === payment.state) return {};
  return {
    events: [{ type: 'declined', data: { state, reason } }],
    send: failed(payment, context.key, 'refused'),
    closes: [CHECK],
  };
}

function stateAfter({ state }: Pick<Payment, 'state'>, events: Taken['events'] = []): PaymentState {
  return events.reduce((last, { data }) => ('state' in data ? data.state : last), state);
}
