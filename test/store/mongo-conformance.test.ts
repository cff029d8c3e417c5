import t from 'tap';

import { openMongo } from '../../src/store/mongo/index.js';
import { keyOf } from '../../src/store/mongo/keys.js';
import { mongoServer, NO_SERVER } from '../support/mongo/server.js';
import { withDatabase } from '../support/mongo/shell.js';
import { conformance } from './conformance.js';

const server = await mongoServer(t);
if (!server) {
  t.pass('MongoDB', { skip: NO_SERVER });
} else {
  conformance(`mongo on ${server.what}`, async (t, collections) => {
    const url = server.database();
    let store = await openMongo(url, { collections });
    t.teardown(() => store.close());
    const reopen = async () => {
      await store.close();
      store = await openMongo(url, { collections });
      return store;
    };
    return {
      store,
      reopen,
      async damage(actor, seq) {
        await withDatabase(url, async (database) => {
          const journal = database.collection<{ _id: string; entry: string }>('journal');
          const _id = keyOf(actor, seq);
          const { entry } = (await journal.findOne({ _id }))!;
          await journal.updateOne({ _id }, { $set: { entry: entry.replace('placeSale', 'placeSalf') } });
        });
        return store;
      },
    };
  });
}
