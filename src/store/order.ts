/**
 * Values as text that sorts (by UTF-8 bytes) as the values do: null, false, true, numbers, strings.
 * Each ends with a terminator that is lower than anything inside, so encoded values can be put one
 * behind the other and still sort field by field.
 */

import { hex32 } from './hex.js';

/** What an index can sort by. A field that is missing counts as null. */
export type Sortable = null | boolean | number | string;

const END = '\u0000';
const tags = { null: '0', false: '1', true: '2', number: '3', string: '4' } as const;

const float = new DataView(new ArrayBuffer(8));

/** The sorting text of a value. */
export function sortable(value: Sortable): string {
  if (typeof value === 'string') return tags.string + escape(value) + END;
  if (typeof value === 'number') return tags.number + sortableNumber(value) + END;
  return tags[`${value}`] + END;
}

/** Where the values of a type begin. */
export function firstOf(type: 'number' | 'string'): string {
  return tags[type];
}

/** The lowest text behind all values of a type. */
export function behindAll(type: 'number' | 'string'): string {
  return String.fromCharCode(tags[type].charCodeAt(0) + 1);
}

/** The lowest text behind all that begin with `prefix`, which ends with a terminator. */
export function behind(prefix: string): string {
  return prefix.slice(0, -1) + '\u0001';
}

/** The 64 bits of a double, turned so that they sort as unsigned: hex. */
function sortableNumber(value: number): string {
  float.setFloat64(0, value + 0);
  const high = float.getUint32(0);
  const low = float.getUint32(4);
  return high >>> 31 === 0 ? hex32(high ^ 0x80000000) + hex32(low) : hex32(~high) + hex32(~low);
}

/* eslint-disable no-control-regex -- these two are what it is about */
/** Holds neither of the two lowest characters: most values, and tested faster than replaced. */
const PLAIN = /^[^\u0000\u0001]*$/;
const LOWEST = /[\u0000\u0001]/g;
/* eslint-enable no-control-regex */

/** Frees the two lowest characters: the terminator, and the one that stands just behind it. */
function escape(value: string): string {
  if (PLAIN.test(value)) return value;
  return value.replace(LOWEST, (c) => (c === END ? '\u0001\u0001' : '\u0001\u0002'));
}
