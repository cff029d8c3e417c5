import fc from 'fast-check';
import t from 'tap';

import { behind, sortable, type Sortable } from '../../src/store/order.js';

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
t.comment(`SEED=${seed}`);

const bytes = (text: string) => Buffer.from(text);
const rank = (value: Sortable) =>
  ['null', 'false', 'true', 'number', 'string'].indexOf(
    typeof value === 'number' || typeof value === 'string' ? typeof value : String(value),
  );

/** The order that values are meant to have. */
function byValue(a: Sortable, b: Sortable): number {
  if (typeof a === 'number' && typeof b === 'number') return Math.sign(a - b);
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(bytes(a), bytes(b));
  return Math.sign(rank(a) - rank(b));
}

const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\u0000', '\u0001', '\u0002', 'a', 'b'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  ),
});
const number = fc.oneof(fc.double({ noNaN: true }), fc.integer()).map((value) => value + 0);
const value = fc.oneof<fc.Arbitrary<Sortable>[]>(fc.constantFrom(null, false, true), number, text);

t.test('encoded values sort as the values do', async () => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      return Buffer.compare(bytes(sortable(a)), bytes(sortable(b))) === byValue(a, b);
    }),
    { seed, numRuns: 5000 },
  );
});

t.test('lists of encoded values sort field by field', async () => {
  fc.assert(
    fc.property(fc.tuple(value, value), fc.tuple(value, value), (a, b) => {
      const join = (list: readonly Sortable[]) => bytes(list.map(sortable).join(''));
      return Buffer.compare(join(a), join(b)) === (byValue(a[0], b[0]) || byValue(a[1], b[1]));
    }),
    { seed, numRuns: 5000 },
  );
});

t.test('behind a value comes all that is higher, and nothing that begins with it', async () => {
  fc.assert(
    fc.property(value, value, text, (a, b, id) => {
      const inside = Buffer.compare(bytes(sortable(b) + id), bytes(behind(sortable(a)))) < 0;
      return inside === byValue(b, a) <= 0;
    }),
    { seed, numRuns: 5000 },
  );
});
