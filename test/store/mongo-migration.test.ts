import t, { type Test } from 'tap';

import { Collections } from '../../src/store/collections.js';
import { migrateMongo, openMongo } from '../../src/store/mongo/index.js';
import { Link } from '../../src/store/mongo/link.js';
import { migrate, type Step } from '../../src/store/mongo/migrate.js';
import type { CollectionDeclaration, Store } from '../../src/store/ports.js';
import { mongoServer, NO_SERVER, type MongoServer } from '../support/mongo/server.js';
import { withDatabase } from '../support/mongo/shell.js';
import { run } from './support/entries.js';

const byShop: CollectionDeclaration[] = [{ name: 'sales', indexes: [{ name: 'shop', fields: ['shop'] }] }];
const byTime: CollectionDeclaration[] = [{ name: 'sales', indexes: [{ name: 'time', fields: ['at', 'shop'] }] }];

const server = await mongoServer(t);
if (!server) {
  t.pass('MongoDB', { skip: NO_SERVER });
} else {
  migrations(server);
}

function migrations(server: MongoServer): void {
  async function open(t: Test, url: string, collections: readonly CollectionDeclaration[]): Promise<Store> {
    const store = await openMongo(url, { collections });
    t.teardown(() => store.close());
    return store;
  }

  /** A store with sales, and nobody on it. */
  async function left(sales: number): Promise<string> {
    const url = server.database();
    const store = await openMongo(url, { collections: byShop });
    const rows = Array.from({ length: sales }, (_, i) => {
      const fields = i === 0 ? null : { shop: `s${i % 2}`, at: sales - i };
      return { collection: 'sales', id: `s_${i}`, version: 1, fields };
    });
    await store.views.apply(rows);
    await store.journal.append(run('a:1', 1, 2));
    await store.close();
    return url;
  }

  async function setFormat(url: string, format: number): Promise<void> {
    await withDatabase(url, (database) =>
      database.collection<{ _id: string }>('store').updateOne({ _id: 'store' }, { $set: { format } }),
    );
  }

  t.test('nodes that start at once on an empty database make one store', async (t) => {
    const url = server.database();
    const stores = await Promise.all([1, 2, 3].map(() => open(t, url, byShop)));
    t.equal(new Set(stores.map(({ id }) => id)).size, 1);
  });

  t.test('a node does not start on a newer format, and says so in one line', async (t) => {
    const url = await left(1);
    await setFormat(url, 7);
    const refused = openMongo(url, { collections: byShop });
    const message =
      /^mongodb:\/\/\S+ has format 7 of a newer release, this one reads format 1: start the newer release$/;
    await t.rejects(refused, { name: 'StoreUnavailable', message });
    await t.rejects(migrateMongo(url, { collections: byShop }), { message });
  });

  t.test('a node does not start on an older format before it is migrated', async (t) => {
    const url = await left(1);
    await setFormat(url, 0);
    const message = /has format 0, this release reads format 1: stop all nodes and run "backseat migrate"$/;
    await t.rejects(openMongo(url, { collections: byShop }), { name: 'StoreUnavailable', message });
  });

  t.test('a node does not start where the unique key of command ids is gone; a migration makes it anew', async (t) => {
    const url = await left(1);
    await withDatabase(url, (database) => database.collection('journal').dropIndex('command'));
    await t.rejects(openMongo(url, { collections: byShop }), { name: 'StoreDamaged', message: /unique index/ });
    await migrateMongo(url, { collections: byShop });
    const store = await open(t, url, byShop);
    const [again] = await store.journal.append(run('a:1', 1, 1));
    t.equal(again?.state, 'collided');
  });

  t.test('a database that lost its store’s id is not taken for an empty one', async (t) => {
    const url = await left(1);
    await withDatabase(url, (database) => database.collection('store').deleteMany({}));
    await t.rejects(openMongo(url, { collections: byShop }), { name: 'StoreDamaged', message: /lost the id/ });
  });

  t.test('an audit makes no store, and there is nothing to migrate in an empty database', async (t) => {
    const url = server.database();
    const message = /^there is no store in /;
    await t.rejects(openMongo(url, { collections: byShop, create: false }), { name: 'StoreUnavailable', message });
    await t.rejects(migrateMongo(url, { collections: byShop }), { name: 'StoreUnavailable', message });
  });

  t.test('a view whose indexes changed is asked by the new ones after a migration, not before', async (t) => {
    const url = await left(6);
    const message = /^the indexes of view sales in \S+ are of another release: .* "backseat migrate" of the newest$/;
    await t.rejects(openMongo(url, { collections: byTime }), { name: 'StoreUnavailable', message });
    const said: string[] = [];
    await migrateMongo(url, { collections: byTime, say: (line) => said.push(line) });
    t.match(said, ['view sales: 6 rows have new keys', /is of format 1/]);
    const store = await open(t, url, byTime);
    const { rows } = await store.views.find({ collection: 'sales', index: 'time', from: 1, to: 3, limit: 9 });
    t.same(
      rows.map(({ id }) => id),
      ['s_5', 's_4', 's_3'],
    );
    const indexes = await withDatabase(url, (database) => database.collection('view.sales').indexes());
    t.same(indexes.map(({ name }) => name).sort(), ['_id_', 'time'], 'the old ones are gone');
    await t.rejects(openMongo(url, { collections: byShop }), { message }, 'the old release does not start any more');
  });

  t.test('a migrated view is not migrated again; one that was interrupted is finished', async (t) => {
    const url = await left(6);
    const said: string[] = [];
    const options = { collections: byTime, say: (line: string) => said.push(line) };
    await migrateMongo(url, options);
    said.length = 0;
    await migrateMongo(url, options);
    t.equal(said.filter((line) => line.startsWith('view')).length, 0);
    // As it is when a migration was killed on its way: some rows are done, and nothing says that all are.
    await withDatabase(url, async (database) => {
      const stale = { $set: { by: 'before' }, $unset: { keys: 1 } };
      const table = database.collection<{ _id: string }>('view.sales');
      await table.updateMany({ _id: { $in: ['s_2', 's_3'] } }, stale as never);
      await database
        .collection<{ _id: string }>('store')
        .updateOne({ _id: 'view sales' }, { $set: { declared: '{}' } });
    });
    said.length = 0;
    await migrateMongo(url, options);
    t.match(said, ['view sales: 2 rows have new keys', /is of format 1/]);
    const store = await open(t, url, byTime);
    t.equal((await store.views.find({ collection: 'sales', index: 'time', limit: 9 })).rows.length, 5);
  });

  t.test('each change of format is made once, in order, and begun again where it was interrupted', async (t) => {
    const url = await left(1);
    const link = await Link.open(url);
    t.teardown(() => link.close());
    const done: string[] = [];
    let power = false;
    const steps: Step[] = [
      { about: 'the first', run: async () => void done.push('first') },
      {
        about: 'the second',
        async run() {
          if (!power) throw new Error('the power is cut');
          done.push('second');
        },
      },
    ];
    const collections = new Collections(byShop);
    await t.rejects(
      migrate(link, collections, steps, () => undefined),
      { message: 'the power is cut' },
    );
    power = true;
    const said: string[] = [];
    await migrate(link, collections, steps, (line) => said.push(line));
    t.same(done, ['first', 'second']);
    t.match(said, ['to format 3: the second', /is of format 3/]);
    await t.rejects(openMongo(url, { collections: byShop }), { message: /format 3 of a newer release/ });
  });
}
