/** Money (B1): an integer of a currency's minor unit, never a float, with the currency's ISO 4217 code. */

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/** Hundredths of a percent in a whole. */
export const BASIS_POINTS = 10_000;

/** Whether `code` names a currency. */
export function isCurrency(code: string): boolean {
  return currencies.has(code);
}

/** Whether `amount` can be a sum that moves: a whole number above zero that a double holds exactly. */
export function isAmount(amount: number): boolean {
  return Number.isSafeInteger(amount) && amount > 0;
}

/** Whether `value` is a whole number between two bounds, both inclusive. */
export function isWhole(value: number, from: number, to: number): boolean {
  return Number.isSafeInteger(value) && value >= from && value <= to;
}

/** The part of an amount, rounded down. Exact for amounts up to 900 billion minor units. */
export function partOf(amount: number, basisPoints: number): number {
  return Math.floor((amount * basisPoints) / BASIS_POINTS);
}
