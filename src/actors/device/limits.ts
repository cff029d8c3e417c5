/** Bounds on what callers can make grow (R8), and on what they may ask for. */

/** Open sales of one device. */
export const MOST_OPEN_SALES = 2048;
/** Open, unpaid sales of one passenger at one device: nobody can empty a shop by reserving it. */
export const MOST_UNPAID = 4;
export const MOST_LINES = 16;
export const MOST_UNITS = 99;
export const MOST_SLOTS = 99;
export const MOST_CAPACITY = 999;
/** Minor units of one unit of goods. */
export const HIGHEST_PRICE = 100_000_000;
export const MOST_FAULTS = 32;
/** Characters of a name. */
export const LONGEST_NAME = 64;
/** Characters of a reason; the rest is cut off. */
export const LONGEST_REASON = 64;
/** Closed sales that are remembered in memory; the view keeps all. */
export const CLOSED_KEPT = 8;
/** Sales told to the rankings' running line in one report. */
export const MOST_NEWS = 8;
/** How long a claim code is good for, ms. */
export const CODE_MS = 10 * 60_000;
/** Before a paid sale is overdue the box stops dropping, so that its report is still in time; at most this, ms. */
export const REPORT_MARGIN_MS = 10_000;
