/**
 * Random histories of a shop, many of them, in memory; on MongoDB see models-on-mongo.test.ts. `SEED` repeats a run.
 */
import fc from 'fast-check';
import t from 'tap';

import { Shop } from '../support/shop.js';
import { liveThrough, step } from './sale-history.js';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

t.test(`in any history books balance, stock suffices, counters hold, no sale ends twice (SEED=${seed})`, async (t) => {
  const seen = { settled: 0, refunded: 0, cancelled: 0, returned: 0, lost: 0 };
  const histories = fc.array(step, { minLength: 10, maxLength: 80, size: 'max' });
  const property = fc.asyncProperty(histories, async (history) => liveThrough(history, await Shop.open(), seen));
  await fc.assert(property, { seed, numRuns: 60 });
  t.ok(
    Object.values(seen).every((times) => times > 0),
    `every kind of end was met: ${JSON.stringify(seen)}`,
  );
});
