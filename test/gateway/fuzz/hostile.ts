/**
 * What a stranger sends to break things: values that no honest client has, and honest inputs with one of them inside.
 */
import fc, { type Arbitrary } from 'fast-check';

/** Names that mean something to JavaScript's objects. */
const LOADED = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'length', 'then'];

const NUMBERS = [-1, 0, 0.1, -0, 1e308, -1e308, 2 ** 31, 2 ** 53, 2 ** 53 + 2, -(2 ** 63), 5e-324, 1e21];

/** Texts that upset parsers, terminals, logs, file names and keys. */
const TEXTS = [
  ...['', ' ', '\u0000', '\u0000\u0001', '\uffff', '\ud800', '\udfff\ud800', '‮gnol', 'é́́', '🏳️‍🌈', 'ß'.repeat(200)],
  ...['../../../etc/passwd', '%2e%2e%2f', 'a/b', 'device:d_1', 'p_1/1/0', 'p_1/1/0/reply', '*', '$ne', "' or 1=1 --"],
  ...['<script>alert(1)</script>', '${7*7}', '\r\nset-cookie: a=b', 'x'.repeat(20_000), '9'.repeat(400), '-', 'NaN'],
];

const text: Arbitrary<string> = fc.oneof(
  fc.constantFrom(...TEXTS),
  fc.constantFrom(...LOADED),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

/** An array in an array in an array. */
function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = i % 2 ? [value] : { a: value };
  // A counter-example is told; so deep a one would end the telling.
  return Object.defineProperty(value as object, fc.toStringMethod, { value: () => `nested(${depth})` });
}

/** A record as `JSON.parse` makes it: `__proto__` is a name like others. */
function record(entries: readonly (readonly [string, unknown])[]): unknown {
  const made: Record<string, unknown> = {};
  for (const [name, value] of entries) {
    Object.defineProperty(made, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return made;
}

/** Any JSON value, the worse the likelier. */
export const hostile: Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...NUMBERS),
  fc.double(),
  text,
  fc.constantFrom(null, true, false, [], {}),
  fc.constantFrom(10, 100, 500).map(nested),
  fc.array(fc.integer(), { minLength: 300, maxLength: 600 }),
  fc.array(fc.tuple(text, fc.jsonValue()), { maxLength: 4 }).map(record),
  fc.constantFrom(...LOADED).map((name) => record([[name, { admin: true, isAdmin: true, role: 'platform' }]])),
  fc.jsonValue(),
);

/** Where in a value something is done, and what. */
export interface Spoiling {
  readonly at: number;
  readonly how: 'replace' | 'remove' | 'add';
  readonly name: string;
  readonly value: unknown;
}

export const spoiling: Arbitrary<Spoiling> = fc.record({
  at: fc.nat({ max: 1_000 }),
  how: fc.constantFrom('replace', 'replace', 'remove', 'add'),
  name: text,
  value: hostile,
});

/** The value with one place spoilt. */
export function spoil(value: unknown, { at, how, name, value: bad }: Spoiling): unknown {
  if (typeof value !== 'object' || value === null) return how === 'remove' ? undefined : bad;
  if (Array.isArray(value)) {
    if (how === 'add' || value.length === 0) return [...(value as unknown[]), bad];
    const i = at % value.length;
    return value.map((item: unknown, n) => (n === i ? spoil(item, { at: at >> 2, how, name, value: bad }) : item));
  }
  const entries = Object.entries(value);
  if (how === 'add' || entries.length === 0) return record([...entries, [name, bad]]);
  const i = at % entries.length;
  return record(
    entries.flatMap(([key, item], n) => {
      if (n !== i) return [[key, item] as const];
      const spoilt = spoil(item, { at: at >> 2, how, name, value: bad });
      return spoilt === undefined ? [] : [[key, spoilt] as const];
    }),
  );
}
