/**
 * What a payment can be told, and what it tells the actor it is made for. A payment is one intent
 * with one provider: to fill a wallet, to pay a sale, to pay a restock. Amounts are minor units (B1),
 * times ms UTC.
 *
 * Books (B2): provider's money comes from `world/<provider>` and is on `transit/<transfer>` until the
 * payee's entry for `paymentArrived` takes it: transit → its own account. A payee that wants it no
 * more (the sale expired, was cancelled, is paid already) takes it all the same and sends it
 * back with `refund`: its own account → `transit/<transfer of the refund>`.
 */
import { messagesTo, type Reply } from '../runtime/definition.js';

/** What a payment is for: `key` is the sale's or the restock's id; of a top-up, the key of the wallet. */
export type Purpose = { readonly kind: 'topUp' | 'sale' | 'restock'; readonly key: string };

export type PaymentState = 'created' | 'pending' | 'paid' | 'refused' | 'expired' | 'refunded' | 'disputed';

export type OpenPayment = {
  readonly provider: string;
  readonly amount: number;
  readonly currency: string;
  readonly purpose: Purpose;
  /** The subject who pays: `passenger:p_…`, `driver:dr_…`. */
  readonly payer: string;
  /** When the payee gives up waiting; absent: the terms say. */
  readonly expiresAt?: number;
};

export type OpenedPayment = {
  readonly payment: string;
  /** {@link payUrl} of the payment: a path of this server that leads to the provider's page. */
  readonly url: string;
  readonly state: PaymentState;
  readonly expiresAt: number;
};

export type RefundPayment = {
  /** Names the refund, e.g. `<saleId>.refund`; the money is on `transit/<transfer>`. Once for each name. */
  readonly transfer: string;
  readonly amount: number;
  readonly reason: string;
};

/** One receipt as a provider states it: `serial` is its own number for the money that it took. */
export type Receipt = {
  readonly serial: string;
  readonly amount: number;
  readonly currency: string;
  readonly at: number;
};

/** What a provider says of one order, by call-back or when asked. */
export type ProviderWord =
  | { readonly result: 'paid'; readonly receipts: readonly Receipt[] }
  | { readonly result: 'refused' }
  | { readonly result: 'waiting' };

/** Commands of people, of payees, and of the gateway on behalf of a provider. */
export type PaymentPublicCommands = {
  /**
   * By a device or a station (by message), or, to fill their own wallet, by a passenger or a driver.
   * The payment's key is chosen by the asker and never used twice.
   * Refuses `unknown_provider`, `unknown_currency`, `amount_out_of_range`, `not_allowed`, `id_reused`.
   */
  open: { input: OpenPayment; reply: OpenedPayment };
  /** By the payee (by message); whole or a part, as often as there is money left. Asks for no reply. */
  refund: { input: RefundPayment; reply: null };
  /** By `provider:<name>`: a verified call-back. A repeat changes nothing. Refuses `unknown_payment`, `not_allowed`. */
  confirm: { input: ProviderWord; reply: { readonly state: PaymentState } };
  /** Asks the provider what became of it; by the payment's own timer, or by `system:reconciliation`. */
  check: { input: unknown; reply: null };
};

/** What is asked of a provider, by messages to `effect:provider`; repeats of one message are answered alike. */
export type ProviderEffects = {
  /** Refused when the provider wants no such payment. `url` is the page where the payer pays. */
  create: {
    input: {
      readonly provider: string;
      readonly payment: string;
      readonly amount: number;
      readonly currency: string;
      readonly expiresAt: number;
    };
    reply: { readonly url: string };
  };
  query: { input: { readonly provider: string; readonly payment: string }; reply: ProviderWord };
  /** Once for each `refund`; `at` is the provider's time of it. */
  refund: {
    input: {
      readonly provider: string;
      readonly payment: string;
      readonly refund: string;
      readonly amount: number;
      readonly currency: string;
    };
    reply: { readonly at: number };
  };
};

/** Whether a check that brings nothing is followed by another. */
export type CheckNote = { readonly again: boolean };
export type RefundNote = { readonly refund: string };

/** The payment's own: answers of the provider. */
export type PaymentOwnCommands = {
  createAnswered: { input: Reply<ProviderEffects['create']['reply'], null>; reply: null };
  checkAnswered: { input: Reply<ProviderWord, CheckNote>; reply: null };
  refundAnswered: { input: Reply<ProviderEffects['refund']['reply'], RefundNote>; reply: null };
};

export type PaymentCommands = PaymentPublicCommands & PaymentOwnCommands;

/** `toPayment('open', context.id('pay'), {…}, { reply: 'paymentOpened', note })`. */
export const toPayment = messagesTo<PaymentCommands>('payment');

/** Money that came for a sale or a restock; it is on `transit/<transfer>`. */
export type PaymentArrived = {
  readonly payment: string;
  readonly purpose: Purpose;
  readonly transfer: string;
  readonly amount: number;
  readonly currency: string;
};

/**
 * No money came, and `reason` why: the provider refused, it took too long, or another amount was paid (and goes back).
 */
export type PaymentFailed = {
  readonly payment: string;
  readonly purpose: Purpose;
  readonly reason: 'refused' | 'expired' | 'amount_differs';
};

/**
 * What the payee of a sale or a restock decides as commands of its own. Neither may be refused: the
 * money is on its way. `paymentFailed` is no last word: a late payment still arrives after it.
 */
export type PayeeCommands = {
  paymentArrived: { input: PaymentArrived; reply: null };
  paymentFailed: { input: PaymentFailed; reply: null };
};

/** The path of this server that leads to the provider's page of a payment. */
export function payUrl(payment: string): string {
  return `/pay/${payment}`;
}
