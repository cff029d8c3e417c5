/**
 * Reads single fields of a row. Each throws {@link BadRow} with the column and the rule.
 */
import { DateTime } from 'luxon';
import { BadRow } from './rejects.js';
import type { TableRow } from './table.js';

const ID = /^[A-Za-z0-9_-]{1,48}$/;
const NUMBER = /^-?\d{1,15}(\.\d{1,15})?$/;
const TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?$/;
const PRICE = /^(\d{1,12})(?:\.(\d{1,12}))?$/;

/** An id of the file's own; short enough to become one of ours by a prefix. */
export function readId(row: TableRow, column: string): string {
  const text = row.text(column);
  if (!ID.test(text)) throw new BadRow('bad_value', `${column} must be 1 to 48 letters, digits, _ or -`);
  return text;
}

/** A name for people: 1 to 64 characters. */
export function readName(row: TableRow, column: string): string {
  const text = row.text(column);
  if (text.length > 64) throw new BadRow('bad_value', `${column} is longer than 64 characters`);
  return text;
}

/** A decimal number from `min` to `max`. */
function readNumber(row: TableRow, column: string, min: number, max: number): number {
  const text = row.text(column);
  const value = Number(text);
  if (!NUMBER.test(text) || value < min || value > max) {
    throw new BadRow('bad_value', `${column} must be a number from ${min} to ${max}`);
  }
  return value;
}

/** A whole number from `min` to `max`. */
export function readWhole(row: TableRow, column: string, min: number, max: number): number {
  const value = readNumber(row, column, min, max);
  if (!Number.isInteger(value)) throw new BadRow('bad_value', `${column} must be a whole number`);
  return value;
}

/** A place, degrees. */
export function readPlace(row: TableRow): { readonly lon: number; readonly lat: number } {
  return { lon: readNumber(row, 'lon', -180, 180), lat: readNumber(row, 'lat', -90, 90) };
}

/** A time, ms UTC. One without a zone is a time of the business zone. */
export function readTime(row: TableRow, column: string, zone: string): number {
  const text = row.text(column).replace(' ', 'T');
  const time = TIME.test(text) ? parseTime(text, zone) : NaN;
  if (Number.isNaN(time)) throw new BadRow('bad_value', `${column} must be a time as 2024-03-01T10:15:50.520`);
  return time;
}

function parseTime(text: string, zone: string): number {
  if (!text.endsWith('Z')) return DateTime.fromISO(text, { zone }).toMillis();
  // Date.parse takes a tenth of the time, but reads a 30th of February as a day of March.
  const time = Date.parse(text);
  const sameDay = !Number.isNaN(time) && new Date(time).toISOString().startsWith(text.slice(0, 10));
  return sameDay ? time : NaN;
}

/** Digits behind the point of a currency: CNY 2, JPY 0, KWD 3. Throws RangeError for what is no currency code. */
export function currencyDigits(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

/** A decimal price above zero as minor units, exactly: the digits are moved, no float is made (B1). */
export function readPrice(row: TableRow, column: string, digits: number): number {
  const match = PRICE.exec(row.text(column));
  const fraction = (match?.[2] ?? '').replace(/0+$/, '');
  if (!match || fraction.length > digits) {
    throw new BadRow('bad_value', `${column} must be a decimal number with at most ${digits} digits behind the point`);
  }
  const minor = Number(`${match[1] ?? ''}${fraction.padEnd(digits, '0')}`);
  if (minor === 0 || !Number.isSafeInteger(minor)) throw new BadRow('bad_value', `${column} must be above zero`);
  return minor;
}

/** The key that two spellings of one product share: case, width and spaces do not count. */
export function productKey(name: string): string {
  return name.normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase();
}
