/**
 * Random histories of restocks: carts, check-outs, payments of both kinds (paid, refused, paid late), answers,
 * hand-overs, loads, time. After every step stock, books and money are looked at. On MongoDB see
 * models-on-mongo.test.ts. `SEED` repeats a run.
 */
import fc from 'fast-check';
import t from 'tap';

import { liveThrough } from './restock-faults.js';
import { step } from './restock-history.js';
import { Town } from './restock-town.js';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

t.test('stock never negative, books in balance, nothing paid or handed over twice', async (t) => {
  t.comment(`SEED=${seed}`);
  const happened = new Set<string>();
  const property = fc.asyncProperty(fc.array(step, { minLength: 60, maxLength: 100, size: 'max' }), async (steps) => {
    const town = await Town.open();
    await liveThrough(steps, town);
    for (const { events } of town.stage.entries) for (const { type } of events) happened.add(type);
  });
  await fc.assert(property, { seed, numRuns: 40 });
  for (const type of [
    'restockPaid',
    'restockAccepted',
    'restockRefused',
    'restockCancelled',
    'restockPickedUp',
    'loadEnded',
  ]) {
    t.ok(happened.has(type), `the histories reached ${type}`);
  }
});
