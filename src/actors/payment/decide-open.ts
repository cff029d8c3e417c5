/** Opens a payment: who may, for what, and what is asked of the provider. B1: amounts are checked here, once. */
import type { ActorId } from '../../store/ports.js';
import { refuse, type Context, type Decision, type Message, type Refused } from '../runtime/definition.js';
import { keyOf, kindOf } from '../runtime/ids.js';
import { sentByActor } from '../shared/callers.js';
import { isAmount, isCurrency } from '../shared/money.js';
import type { Terms } from '../terms.js';
import { payUrl, type OpenedPayment, type OpenPayment } from './commands.js';
import type { PaymentEvents } from './events.js';
import { toProvider } from './messages.js';
import type { PaymentMemory } from './state.js';

/** The timer that asks a silent provider. */
export const CHECK = 'check';

type Opening = Decision<PaymentEvents, OpenedPayment>;

export function decideOpen(memory: PaymentMemory, input: OpenPayment, context: Context, terms: Terms): Opening {
  const wrong = memory.payment
    ? refuse('id_reused', `payment ${context.key}: is open already`)
    : (checkAsker(input, context) ?? checkInput(input, terms));
  if (wrong) return wrong;
  const { provider, payer, purpose, amount, currency } = input;
  const expiresAt = input.expiresAt ?? context.now + terms.paymentExpiryMs;
  const payee: ActorId = purpose.kind === 'topUp' ? `wallet:${purpose.key}` : actorId(context);
  const asked = { provider, payment: context.key, amount, currency, expiresAt };
  return {
    reply: { payment: context.key, url: payUrl(context.key), state: 'created', expiresAt },
    events: [{ type: 'opened', data: { provider, payer, payee, purpose, amount, currency, expiresAt } }],
    send: [
      toProvider('create', 'provider', asked, { reply: 'createAnswered', note: null }),
      checkAt(context, Math.min(context.now + terms.paymentCheckMs, expiresAt)),
    ],
  };
}

/** The timer to ask the provider at `due`, ms UTC. */
export function checkAt(context: Context, due: number): Message {
  return { to: context.self, type: 'check', input: null, due, label: CHECK };
}

/** Whoever asks for a sale or a restock is its payee; nobody fills a wallet that is not the payer's own. */
function checkAsker({ purpose, payer }: OpenPayment, context: Context): Refused | undefined {
  if (purpose.kind === 'topUp') {
    const own = ['passenger', 'driver'].includes(kindOf(context.caller)) && context.caller === payer;
    if (own && purpose.key === keyOf(payer)) return undefined;
    return refuse('not_allowed', 'purpose: passengers and drivers fill their own wallets, nobody else does');
  }
  if (sentByActor(context, [purpose.kind === 'sale' ? 'device' : 'station'])) return undefined;
  return refuse('not_allowed', `purpose: a ${purpose.kind} is paid to the actor that it was placed at`);
}

function checkInput({ provider, amount, currency }: OpenPayment, terms: Terms): Refused | undefined {
  if (!terms.providers.includes(provider)) return refuse('unknown_provider', `provider ${provider}: is not set up`);
  if (!isCurrency(currency)) return refuse('unknown_currency', `currency ${currency}: no ISO 4217 code`);
  if (isAmount(amount) && amount <= terms.largestPayment) return undefined;
  const rule = `must be a whole number from 1 to ${terms.largestPayment}`;
  return refuse('amount_out_of_range', `amount ${amount}: ${rule}`);
}

/** A message's caller is an actor, so it has a kind and a key. */
function actorId({ caller }: Context): ActorId {
  return `${kindOf(caller)}:${keyOf(caller)}`;
}
