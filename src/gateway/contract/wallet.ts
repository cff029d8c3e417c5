/** Wallets and payments. Amounts are minor units of their currency (B1). */
import { Type } from '@sinclair/typebox';

import type { PaymentCommands } from '../../actors/payment/commands.js';
import type { PaymentReads } from '../../actors/payment/index.js';
import { keyOf } from '../../actors/runtime/ids.js';
import type { WalletCommands } from '../../actors/wallet/commands.js';
import type { WalletReads } from '../../actors/wallet/index.js';
import { transfersCollection } from '../../actors/wallet/views.js';
import { actor, command, read, type Call } from './declare.js';
import { Amount, Count, Currency, Cursor, fields, PaymentId, Price, Time, word } from './fields.js';
import { list, pageOf } from './lists.js';
import { without } from './without.js';

const wallet = actor<WalletCommands, WalletReads>('wallet');
const payment = actor<PaymentCommands, PaymentReads>('payment');

/** The platform has one wallet, whoever of it asks. */
function walletKey(call: Call): string {
  return call.role === 'platform' ? 'platform' : keyOf(call.subject);
}

const owners = ['passenger', 'driver', 'station', 'platform'] as const;
const PaymentState = word('created', 'pending', 'paid', 'refused', 'expired', 'refunded', 'disputed');

export const walletRequests = {
  'wallet.get': wallet.read({
    summary: 'The caller’s balances, by currency.',
    access: owners,
    input: fields({}),
    output: fields({ balances: Type.Record(Type.String(), Amount) }),
    errors: [],
    name: 'balance',
    key: (_input, call) => walletKey(call),
    question: () => ({}),
  }),

  'wallet.statement': read({
    summary: 'The caller’s transfers, newest first. Each row holds the balance after it.',
    access: owners,
    input: fields({ cursor: Type.Optional(Cursor) }),
    output: pageOf(
      fields({
        ...{ id: Type.String(), seq: Count, at: Time, transfer: Type.String(), amount: Amount, currency: Currency },
        ...{ reason: Type.String(), other: Type.String(), balance: Amount },
      }),
    ),
    errors: [],
    run({ cursor }, call, tools) {
      const query = {
        collection: transfersCollection.name,
        index: 'wallet',
        equal: [walletKey(call)],
        descending: true,
      };
      return list(tools, query, cursor, (row, id) => ({ id, ...without(row, 'wallet') }));
    },
  }),

  'wallet.topUp': command({
    summary: 'Begins to fill the caller’s wallet through a payment provider; `url` leads to its page.',
    access: ['passenger', 'driver'],
    input: fields({ amount: Price, currency: Currency, provider: word('sandbox') }),
    output: fields({ payment: PaymentId, url: Type.String(), state: PaymentState, expiresAt: Time }),
    errors: ['unknown_provider', 'unknown_currency', 'amount_out_of_range'],
    target: 'payment open',
    run({ amount, currency, provider }, call, { engine, derive }) {
      const purpose = { kind: 'topUp', key: keyOf(call.subject) };
      const input = { provider, amount, currency, purpose, payer: call.subject };
      const to = `payment:${derive.id('pay', call.subject, call.id)}` as const;
      return engine.ask({ to, type: 'open', input, caller: call.subject, id: call.id });
    },
  }),

  'payment.get': payment.read({
    summary: 'How a payment stands, for who pays it.',
    access: owners,
    input: fields({ payment: PaymentId }),
    output: fields({
      ...{ payment: PaymentId, state: PaymentState, reason: Type.Union([Type.String(), Type.Null()]) },
      provider: Type.String(),
      purpose: fields({ kind: word('topUp', 'sale', 'restock'), key: Type.String() }),
      ...{ amount: Amount, currency: Currency, refunded: Amount, expiresAt: Time },
      url: Type.Union([Type.String(), Type.Null()]),
    }),
    errors: ['unknown_payment', 'not_yours'],
    name: 'payment',
    key: (input) => input.payment,
    question: () => null,
  }),
};
