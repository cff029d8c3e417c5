/** What a driver's actor takes, so that nothing that a stranger can make grows without limit (R8). */

/** Lines of a cart, over all stations. */
export const MOST_LINES = 200;
/** Units of one line. */
export const MOST_UNITS = 10_000;
/** Orders that stations have not answered. */
export const MOST_ASKED = 200;
/** Loads that devices have not answered. */
export const MOST_LOADS = 32;
/** Lines of one load: as many slots as a device may have. */
export const MOST_LOAD_LINES = 99;
/** Days that figures are kept for: this month and the one before it. */
export const MOST_DAYS = 62;
/** A station that has not answered an order by then, ms, is told that it is not wanted any more. */
export const GIVE_UP_MS = 10 * 60_000;
