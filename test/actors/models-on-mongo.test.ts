/**
 * The random histories of sales and of restocks on the real engine over MongoDB's protocol: few and short, because
 * FerretDB takes milliseconds for each entry. `SEED` repeats a run.
 */
import fc from 'fast-check';
import t, { type Test } from 'tap';

import { collections } from '../../src/node/collections.js';
import { openMongo } from '../../src/store/mongo/index.js';
import type { Entry } from '../../src/store/ports.js';
import { mongoServer, NO_SERVER, type MongoServer } from '../support/mongo/server.js';
import { Shop } from '../support/shop.js';
import type { StageOf } from '../support/stage.js';
import { StoredStage } from '../support/stored-stage.js';
import * as restocks from './restock-faults.js';
import * as restockHistory from './restock-history.js';
import { Town } from './restock-town.js';
import * as sales from './sale-history.js';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Runs on a new database; then what the store tells is what was seen on the stage. */
async function onMongo(
  t: Pick<Test, 'same'>,
  server: MongoServer,
  live: (stageOf: StageOf) => Promise<void>,
): Promise<number> {
  const store = await openMongo(server.database(), { collections });
  const made: { stage?: StoredStage } = {};
  await live((...given) => (made.stage = new StoredStage(store, ...given, seed)));
  const seen = made.stage?.entries ?? [];
  const held = (await made.stage?.end()) ?? [];
  const byKey = (entries: readonly Entry[]) => new Map(entries.map((entry) => [`${entry.actor}/${entry.seq}`, entry]));
  t.same(byKey(held), byKey(seen), 'the store holds what was acknowledged, and nothing else');
  return held.length;
}

const server = await mongoServer(t);
if (!server) {
  t.pass('MongoDB', { skip: NO_SERVER });
} else {
  t.test(`sales on ${server.what}: books balance, stock suffices, no sale ends twice (SEED=${seed})`, async (t) => {
    const seen = { settled: 0, refunded: 0, cancelled: 0, returned: 0, lost: 0 };
    let entries = 0;
    const histories = fc.array(sales.step, { minLength: 20, maxLength: 30, size: 'max' });
    const property = fc.asyncProperty(histories, async (history) => {
      entries += await onMongo(t, server, async (stageOf) => {
        await sales.liveThrough(history, await Shop.open(undefined, undefined, stageOf), seen);
      });
    });
    await fc.assert(property, { seed, numRuns: 2, endOnFailure: true });
    t.ok(entries > 0, `${entries} entries, ${JSON.stringify(seen)}`);
  });

  t.test(
    `restocks on ${server.what}: stock never negative, books in balance, nothing twice (SEED=${seed})`,
    async (t) => {
      let entries = 0;
      const histories = fc.array(restockHistory.step, { minLength: 30, maxLength: 40, size: 'max' });
      const property = fc.asyncProperty(histories, async (history) => {
        entries += await onMongo(t, server, async (stageOf) => {
          await restocks.liveThrough(history, await Town.open(undefined, undefined, stageOf));
        });
      });
      await fc.assert(property, { seed, numRuns: 2, endOnFailure: true });
      t.ok(entries > 0, `${entries} entries`);
    },
  );
}
