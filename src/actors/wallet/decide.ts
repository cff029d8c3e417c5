/**
 * Decisions of a wallet: one turn, one movement, so two charges can never spend the same money (R1).
 *
 *   B1  amounts are whole minor units of a known currency
 *   B2  each movement is one line between the wallet and the transfer's transit account
 *   A charge above the balance is refused, so no balance falls below zero.
 */
import { refuse, type Context, type Decision, type Refused } from '../runtime/definition.js';
import { kindOf } from '../runtime/ids.js';
import { sentByActor } from '../shared/callers.js';
import { isAmount, isCurrency } from '../shared/money.js';
import type { Charge, Credit, Moved } from './commands.js';
import type { WalletEvents } from './events.js';
import { balanceOf, type WalletState } from './state.js';

/** The kinds of actors that move money. */
const MOVERS: readonly string[] = ['device', 'station', 'payment'];

export function charge(state: WalletState, input: Charge, context: Context): Decision<WalletEvents, Moved> {
  const wrong = check(input, context);
  if (wrong) return wrong;
  const { transfer, amount, currency, reason, payee } = input;
  const before = balanceOf(state, currency);
  if (before < amount) {
    const details = { balance: before, amount, currency };
    return refuse('insufficient_funds', `amount ${amount}: the wallet holds ${before} ${currency}`, details);
  }
  const balance = before - amount;
  return {
    reply: { transfer, amount, currency, balance },
    events: [{ type: 'charged', data: { transfer, amount, currency, reason, other: payee, balance } }],
    moves: [{ from: account(context), to: `transit/${transfer}`, unit: currency, quantity: amount }],
  };
}

export function credit(state: WalletState, input: Credit, context: Context): Decision<WalletEvents, Moved> {
  const wrong = check(input, context);
  if (wrong) return wrong;
  const { transfer, amount, currency, reason, payer } = input;
  const balance = balanceOf(state, currency) + amount;
  return {
    reply: { transfer, amount, currency, balance },
    events: [{ type: 'credited', data: { transfer, amount, currency, reason, other: payer, balance } }],
    moves: [{ from: `transit/${transfer}`, to: account(context), unit: currency, quantity: amount }],
  };
}

function check({ amount, currency }: Charge | Credit, context: Context): Refused | undefined {
  if (!sentByActor(context, MOVERS)) {
    return refuse('not_allowed', `caller ${kindOf(context.caller)}: only devices, stations and payments move money`);
  }
  if (!isCurrency(currency)) return refuse('unknown_currency', `currency ${currency}: no ISO 4217 code`);
  if (!isAmount(amount)) return refuse('bad_input', `amount ${amount}: must be a whole number above zero`);
  return undefined;
}

function account(context: Context): string {
  return `wallet:${context.key}`;
}
