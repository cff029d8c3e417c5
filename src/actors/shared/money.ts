/** Money (B1): an integer of a currency's minor unit, never a float, with the currency's ISO 4217 code. */

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/** Whether `code` names a currency. */
export function isCurrency(code: string): boolean {
  return currencies.has(code);
}

/** Whether `amount` can be a sum that moves: a whole number above zero that a double holds exactly. */
export function isAmount(amount: number): boolean {
  return Number.isSafeInteger(amount) && amount > 0;
}
