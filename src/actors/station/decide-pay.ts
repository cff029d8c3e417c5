/**
 * The decision to pay an order: whose it is, by which way, and what is asked of the wallet or the provider.
 *
 *   B1  the amount is the order's own total; the driver says a way to pay and nothing else
 */
import { refuse, type Context, type Decision, type Message } from '../runtime/definition.js';
import { payUrl, toPayment } from '../payment/commands.js';
import type { Terms } from '../terms.js';
import { toWallet } from '../wallet/commands.js';
import { ownOrder } from './callers.js';
import type { PaymentNote, StationCommands } from './commands.js';
import type { StationEvents } from './events.js';
import { MOST_ATTEMPTS } from './limits.js';
import type { StationState } from './state.js';

/**
 * Begins to pay. A wallet answers by itself and soon, so its answer is waited for; a provider's page may
 * be left for good, so another way to pay may be tried beside it.
 */
export function payRestock(terms: Pick<Terms, 'providers'>) {
  return (
    state: Readonly<StationState>,
    { restock, method }: StationCommands['payRestock']['input'],
    context: Context,
  ): Decision<StationEvents, StationCommands['payRestock']['reply']> => {
    const order = ownOrder(state, restock, context);
    if ('refused' in order) return order;
    if (order.state !== 'to_pay') return refuse('already_paid', `restock ${restock}: is paid`);
    const last = order.tries.at(-1);
    if (last?.method === 'balance' && !last.failed) {
      return refuse('already_paying', `restock ${restock}: is being paid`);
    }
    if (order.tries.length >= MOST_ATTEMPTS) {
      return refuse('too_many_attempts', `restock ${restock}: was tried to be paid ${MOST_ATTEMPTS} times`);
    }
    const attempt = order.tries.length + 1;
    const { driver, total: amount } = order;
    const note = { restock, driver, attempt, amount, currency: state.currency };
    if (method === 'balance') {
      return {
        reply: { restock, state: 'paying' },
        events: [{ type: 'paymentStarted', data: { restock, driver, attempt, method } }],
        send: [chargeOf(note, context)],
      };
    }
    if (!terms.providers.includes(method)) return refuse('unknown_provider', `method ${method}: is not set up`);
    const payment = context.id('pay');
    const url = payUrl(payment);
    return {
      reply: { restock, state: 'paying', payment },
      events: [{ type: 'paymentStarted', data: { restock, driver, attempt, method, payment, url } }],
      send: [openOf(payment, method, order.expiresAt, note)],
    };
  };
}

/** The transfer of a try to pay from the wallet; each try is a transfer of its own. */
export function chargeName({ restock, attempt }: Pick<PaymentNote, 'restock' | 'attempt'>): string {
  return attempt === 1 ? `${restock}.charge` : `${restock}.charge.${attempt}`;
}

function chargeOf(note: PaymentNote, { self }: Context): Message {
  const { amount, currency } = note;
  const charge = { transfer: chargeName(note), amount, currency, reason: 'restock' as const, payee: self };
  return toWallet('charge', note.driver, charge, { reply: 'chargeAnswered', note });
}

function openOf(payment: string, provider: string, expiresAt: number, note: PaymentNote): Message {
  const purpose = { kind: 'restock' as const, key: note.restock };
  const { amount, currency, driver } = note;
  const open = { provider, amount, currency, purpose, payer: `driver:${driver}`, expiresAt };
  return toPayment('open', payment, open, { reply: 'paymentOpened', note });
}
