/**
 * What a station takes, so that nothing a stranger can make grows without limit (R8) and no sum leaves a double's whole
 * numbers (B1).
 */

/** Products that a station sells. */
export const MOST_PRODUCTS = 256;
/** Units of one product in the house. */
export const MOST_STOCK = 1_000_000;
/** Minor units of the currency for one unit. */
export const HIGHEST_PRICE = 100_000_000;
/** Lines of one order, as of a cart. */
export const MOST_LINES = 200;
/** Units of one line of an order. */
export const MOST_UNITS = 10_000;
/** Orders that are open at one station. */
export const MOST_OPEN = 2048;
/** Orders of one driver at one station that reserve stock and are not paid. */
export const MOST_UNPAID = 8;
/** Tries to pay one order. */
export const MOST_ATTEMPTS = 8;
/** Wrong pick-up codes before the driver must ask for a new one. */
export const CODE_ATTEMPTS = 5;
