/** What is told of money, and of the catalogue. */
import { Type } from '@sinclair/typebox';

import { keyOf } from '../../../actors/runtime/ids.js';
import { Amount, Currency, fields, PaymentId, Price, ProductId, Title, word } from '../fields.js';
import type { StreamDeclaration } from './declare.js';

export const balanceStream: StreamDeclaration = {
  kind: 'wallet',
  channel: 'balance',
  summary: 'Every movement of a wallet.',
  followers: 'its owner and the platform',
  mayFollow: ({ role, subject }, { key }) => role === 'platform' || (role !== 'guest' && keyOf(subject) === key),
  pushes: {
    'wallet.changed': {
      summary: 'Money came (positive) or went; `balance` is what the wallet holds after it.',
      data: fields({
        ...{ transfer: Type.String(), amount: Amount, currency: Currency, reason: Type.String(), balance: Amount },
      }),
    },
  },
};

export const paymentStream: StreamDeclaration = {
  kind: 'payment',
  channel: 'payer',
  summary: 'How a payment stands.',
  followers: 'who pays it, and the platform',
  async mayFollow({ role, subject }, { key }, _part, { engine }) {
    if (role === 'guest') return false;
    const seen = await engine.read(`payment:${key}`, 'payment', null, subject);
    return !('unstored' in seen) && seen.value.outcome.ok;
  },
  pushes: {
    'payment.changed': {
      summary: 'The payment’s state; `url` is the provider’s page.',
      data: fields({
        payment: PaymentId,
        state: word('created', 'pending', 'paid', 'refused', 'expired', 'refunded', 'disputed'),
        url: Type.Optional(Type.Union([Type.String(), Type.Null()])),
        reason: Type.Optional(Type.Union([Type.String(), Type.Null()])),
      }),
    },
  },
};

const Product = fields({
  ...{ id: ProductId, name: Title, nameEn: Type.Optional(Title), price: Type.Optional(Price) },
});

export const catalogueStream: StreamDeclaration = {
  kind: 'catalogue',
  channel: 'all',
  summary: 'Changes of the catalogue.',
  followers: 'everyone who has logged in',
  mayFollow: ({ role }) => role !== 'guest',
  pushes: {
    'products.put': {
      summary: 'Products that are new or have changed.',
      data: fields({ products: Type.Array(Product) }),
    },
  },
};
