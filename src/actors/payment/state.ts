/** What a payment remembers, and the one table of the states that it goes through. */
import type { ActorId } from '../../store/ports.js';
import type { PaymentState, Purpose, Receipt } from './commands.js';

/** A receipt, and whether it `fits`: the right amount, the first time. What does not fit goes back. */
export type KeptReceipt = Receipt & { readonly fits: boolean };

/** Money on its way back. `wanted` by the payee, or sent back by the payment because it did not fit. */
export type Refund = {
  readonly amount: number;
  readonly currency: string;
  readonly wanted: boolean;
  readonly state: 'asked' | 'done' | 'stuck';
  /** The provider's time, when it is done. */
  readonly at: number | null;
};

export type Payment = {
  readonly provider: string;
  readonly payer: string;
  readonly payee: ActorId;
  readonly purpose: Purpose;
  readonly amount: number;
  readonly currency: string;
  readonly openedAt: number;
  readonly expiresAt: number;
  state: PaymentState;
  /** The provider's page, once it has said so. */
  url: string | null;
  /** Why it is refused or disputed. */
  reason: string | null;
  readonly receipts: KeptReceipt[];
  readonly refunds: Record<string, Refund>;
};

/** `payment` is null until it is opened. */
export type PaymentMemory = { payment: Payment | null };

export function initialPayment(): PaymentMemory {
  return { payment: null };
}

/**
 * What happens to a payment: the provider `accepted` or `declined` it; its money `arrived`; money
 * arrived that `differed`; its time `lapsed`; all that came was `returned`; a refund is `stuck`.
 */
export type Happening = 'accepted' | 'declined' | 'arrived' | 'differed' | 'lapsed' | 'returned' | 'stuck';

const stays = (state: PaymentState): Record<Happening, PaymentState> => ({
  accepted: state,
  declined: state,
  arrived: state,
  differed: state,
  lapsed: state,
  returned: state,
  stuck: 'disputed',
});

/**
 * From each state, what each happening makes of it. A late payment still makes a refused or an
 * expired one `paid`: the payee is told, and sends the money back if it wants it no more.
 */
export const next: Record<PaymentState, Record<Happening, PaymentState>> = {
  created: {
    ...stays('created'),
    accepted: 'pending',
    declined: 'refused',
    arrived: 'paid',
    differed: 'disputed',
    lapsed: 'expired',
  },
  pending: { ...stays('pending'), declined: 'refused', arrived: 'paid', differed: 'disputed', lapsed: 'expired' },
  refused: { ...stays('refused'), arrived: 'paid', differed: 'disputed' },
  expired: { ...stays('expired'), arrived: 'paid', differed: 'disputed' },
  paid: { ...stays('paid'), returned: 'refunded' },
  disputed: { ...stays('disputed'), returned: 'refunded' },
  refunded: stays('refunded'),
};

/** The reason of a payment that got more back than there was to send back. */
export const EXCESS = 'more_returned_than_paid';

/** What the payee may still send back, minor units. */
export function refundable(payment: Payment): number {
  const arrived = payment.receipts.some(({ fits }) => fits) ? payment.amount : 0;
  const wanted = Object.values(payment.refunds).filter((refund) => refund.wanted && refund.state !== 'stuck');
  return wanted.reduce((left, { amount }) => left - amount, arrived);
}

/** Whether all that came went back, `refund` among it. Every refund was in the unit of a receipt. */
export function returnedWith(payment: Payment, refund: string): boolean {
  const sums = new Map<string, number>();
  const add = (currency: string, amount: number) => sums.set(currency, (sums.get(currency) ?? 0) + amount);
  for (const { currency, amount } of payment.receipts) add(currency, amount);
  for (const [name, { currency, amount, state }] of Object.entries(payment.refunds)) {
    if (state === 'done' || name === refund) add(currency, -amount);
  }
  return [...sums.values()].every((sum) => sum === 0);
}
