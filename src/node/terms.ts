/** From a node's settings to the terms that its actors decide by. */
import { defaultTerms, type Terms } from '../actors/terms.js';
import type { Settings } from '../config.js';

/** The terms of business that the settings say. */
export function termsOf(settings: Settings): Terms {
  const { zone, currency, saleExpiryMs, restockExpiryMs, dispenseWithinMs, feeBasisPoints, lowStockAt } = settings;
  const { reportEveryMs, slowReportEveryMs, sweepEveryMs, sessionMs, invitationMs } = settings;
  const { largestPayment, paymentExpiryMs, paymentCheckMs } = settings;
  return {
    ...defaultTerms,
    zone,
    currency,
    saleExpiryMs,
    restockExpiryMs,
    dispenseWithinMs,
    feeBasisPoints,
    lowStockAt,
    reportEveryMs,
    slowReportEveryMs,
    sweepEveryMs,
    sessionMs,
    invitationMs,
    largestPayment,
    paymentExpiryMs,
    paymentCheckMs,
  };
}
