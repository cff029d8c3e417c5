/** The view `payments`: one row for each payment, with every movement at the provider, for reconciliation. */
import type { CollectionDeclaration, Row } from '../../store/ports.js';
import type { At } from '../runtime/definition.js';
import { keyOf } from '../runtime/ids.js';
import type { PaymentState } from './commands.js';
import type { PaymentMemory } from './state.js';

export const paymentsCollection: CollectionDeclaration = {
  name: 'payments',
  indexes: [{ name: 'changed', fields: ['provider', 'changedAt'] }],
};

/** One movement at the provider: `id` is the receipt's serial or the refund's name; `at` the provider's time. */
export type ProviderLine = {
  readonly kind: 'payment' | 'refund';
  readonly id: string;
  readonly amount: number;
  readonly currency: string;
  readonly at: number;
};

export type PaymentFields = {
  readonly provider: string;
  readonly payer: string;
  readonly payee: string;
  readonly purpose: string;
  readonly key: string;
  readonly amount: number;
  readonly currency: string;
  readonly state: PaymentState;
  readonly reason: string | null;
  readonly openedAt: number;
  readonly changedAt: number;
  readonly lines: readonly ProviderLine[];
};

export function paymentRow({ payment }: Readonly<PaymentMemory>, at: At): readonly Omit<Row, 'version'>[] {
  if (!payment) return [];
  const { provider, payer, payee, purpose, amount, currency, state, reason, openedAt } = payment;
  const fields: PaymentFields = {
    provider,
    payer,
    payee,
    purpose: purpose.kind,
    key: purpose.key,
    amount,
    currency,
    state,
    reason,
    openedAt,
    changedAt: at.now,
    lines: linesOf(payment),
  };
  return [{ collection: paymentsCollection.name, id: keyOf(at.self), fields }];
}

function linesOf({ receipts, refunds }: NonNullable<PaymentMemory['payment']>): readonly ProviderLine[] {
  return [
    ...receipts.map(({ serial, amount, currency, at }) => ({
      kind: 'payment' as const,
      id: serial,
      amount,
      currency,
      at,
    })),
    ...Object.entries(refunds).flatMap(([id, { amount, currency, at }]) =>
      at === null ? [] : [{ kind: 'refund' as const, id, amount, currency, at }],
    ),
  ];
}
