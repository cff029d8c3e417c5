/**
 * Money as the wall shows it. Minor units divided by 10^digits of the currency (JPY 0, CNY 2, KWD 3),
 * with the short symbol. Unknown is a dash, never 0.
 */
import type { Language } from '../words/language.js';

export const UNKNOWN = '—';
/** From eight digits on a sum is told in 万, 亿 or M. */
const COMPACT = 10_000_000;

const formats = new Map<string, Intl.NumberFormat>();

/** A total: grouped, without decimals up to seven digits, then compact with two. */
export function total(minor: number | undefined, currency: string, language: Language): string {
  if (minor === undefined) return UNKNOWN;
  const value = minor / 10 ** digitsOf(currency);
  const compact = Math.abs(Math.round(value)) >= COMPACT;
  return formatOf(language, currency, compact ? 'compact' : 'whole').format(value);
}

/** One order's amount, to the last minor unit. */
export function price(minor: number, currency: string, language: Language): string {
  return formatOf(language, currency, 'exact').format(minor / 10 ** digitsOf(currency));
}

/** A count, grouped. */
export function count(value: number | undefined, language: Language): string {
  if (value === undefined) return UNKNOWN;
  return formatOf(language, undefined, 'whole').format(value);
}

/** Decimal digits of a currency's minor unit. */
export function digitsOf(currency: string): number {
  return formatOf('en', currency, 'exact').resolvedOptions().maximumFractionDigits ?? 0;
}

type Style = 'whole' | 'exact' | 'compact';

function formatOf(language: Language, currency: string | undefined, style: Style): Intl.NumberFormat {
  const key = `${language}/${currency ?? ''}/${style}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(language, {
      ...(currency ? { style: 'currency', currency, currencyDisplay: 'narrowSymbol' } : {}),
      ...(style === 'whole' ? { maximumFractionDigits: 0 } : {}),
      ...(style === 'compact' ? { notation: 'compact', minimumFractionDigits: 2, maximumFractionDigits: 2 } : {}),
    });
    formats.set(key, format);
  }
  return format;
}
