/**
 * The port to payment providers. The sandbox implements it; a real provider is one more file that does.
 *
 * Each call either learns what the provider says, also that it refuses, or throws when nothing is
 * known (no connection, time-out, a server's error): then the effect is sent again. `payment` and
 * `refund` are made once for each promise, so they are what the provider tells repeats by.
 */
import type { IncomingHttpHeaders } from 'node:http';

import type { ProviderEffects, ProviderWord } from '../../actors/payment/commands.js';
import type { ProviderLine } from '../../actors/payment/views.js';
import type { Outcome } from '../../store/ports.js';

type Input<T extends keyof ProviderEffects> = Omit<ProviderEffects[T]['input'], 'provider'>;

/** A line of the provider's statement: `order` is our payment's key. */
export type ProviderStatementLine = ProviderLine & { readonly order: string };

/** A call-back as it came: the body's own text, because the signature covers it. */
export interface CallBackRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a verified call-back says. `id` is the same when it is told again. */
export interface CallBack {
  readonly id: string;
  readonly payment: string;
  readonly word: ProviderWord;
}

/** Why a call-back was not believed. */
export type Disbelieved = 'bad_signature' | 'malformed' | 'wrong_app';

export interface PaymentProvider {
  readonly name: string;
  create(input: Input<'create'>, signal: AbortSignal): Promise<Outcome<ProviderEffects['create']['reply']>>;
  query(input: Input<'query'>, signal: AbortSignal): Promise<Outcome<ProviderWord>>;
  refund(input: Input<'refund'>, signal: AbortSignal): Promise<Outcome<ProviderEffects['refund']['reply']>>;
  /** All that moved on a business day `YYYY-MM-DD`. */
  statement(day: string): Promise<readonly ProviderStatementLine[]>;
  /** Believes a call-back only when signature, time and app are right. Order and amount are the payment's to check. */
  verify(request: CallBackRequest): CallBack | Disbelieved;
  /** The answer that tells the provider that a call-back is settled, to the letter. */
  readonly success: string;
}

/** Providers by name. */
export type PaymentProviders = Readonly<Record<string, PaymentProvider>>;
