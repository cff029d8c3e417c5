/**
 * The terms of business that decisions are made by. `main.ts` reads them from the settings and hands
 * them to the definition factories; a decision writes what followed from them into its events, so that
 * a replay under other terms gives the same state (R6).
 */
export interface Terms {
  /** IANA name of the business time zone. */
  readonly zone: string;
  /** The currency of whatever names none. */
  readonly currency: string;
  /** An unpaid sale is cancelled after this, ms. */
  readonly saleExpiryMs: number;
  /** An unpaid restock is cancelled after this, ms. */
  readonly restockExpiryMs: number;
  /** A paid restock that its station has not answered is refunded after this, ms. */
  readonly acceptWithinMs: number;
  /** A paid sale without a dispense report is refunded after this, ms. */
  readonly dispenseWithinMs: number;
  /** The platform's share of a sale, in hundredths of a percent. */
  readonly feeBasisPoints: number;
  /** How often the totals of the day are reported, ms. */
  readonly reportEveryMs: number;
  /** How often the totals of week, month, year and all are reported, ms. */
  readonly slowReportEveryMs: number;
  /** How often kept fees are swept to the platform's wallet, ms. */
  readonly sweepEveryMs: number;
  /** A slot at or below this many units is told as low. */
  readonly lowStockAt: number;
  /** Payment providers that may be asked for, by name. */
  readonly providers: readonly string[];
  /** The largest amount of one payment, in minor units. */
  readonly largestPayment: number;
  /** A payment that names no expiry of its own is given up after this, ms. */
  readonly paymentExpiryMs: number;
  /** The provider is asked about a silent payment after this, ms; then after twice as long, and so on. */
  readonly paymentCheckMs: number;
  /** A session that is not refreshed ends after this, ms. */
  readonly sessionMs: number;
  /** An invitation that is not accepted ends after this, ms. */
  readonly invitationMs: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const defaultTerms: Terms = {
  zone: 'Asia/Shanghai',
  currency: 'CNY',
  saleExpiryMs: 5 * MINUTE,
  restockExpiryMs: 30 * MINUTE,
  acceptWithinMs: 2 * HOUR,
  dispenseWithinMs: 2 * MINUTE,
  feeBasisPoints: 1000,
  reportEveryMs: 2 * SECOND,
  slowReportEveryMs: 30 * SECOND,
  sweepEveryMs: MINUTE,
  lowStockAt: 2,
  providers: ['sandbox'],
  largestPayment: 10_000_000,
  paymentExpiryMs: 30 * MINUTE,
  paymentCheckMs: 30 * SECOND,
  sessionMs: 30 * DAY,
  invitationMs: 7 * DAY,
};
