import t, { type Test } from 'tap';

import { openMongo } from '../../src/store/mongo/index.js';
import { freePort, mongoServer, NO_SERVER, type MongoProcess, type MongoServer } from '../support/mongo/server.js';
import { until } from '../support/until.js';
import { entryOf, item, run, seqsOf, short } from './support/entries.js';

/** A driver that gives up soon on a server that is not there: only where none is, since a busy one may take as long. */
const HASTY = '&serverSelectionTimeoutMS=1000&connectTimeoutMS=1000';
/** And on one that says nothing. */
const IMPATIENT = '&socketTimeoutMS=3000';

const server = await mongoServer(t);

t.test('a server that is not there is named in one line, without its password', async (t) => {
  const port = await freePort();
  const url = `mongodb://backseat:secret@127.0.0.1:${port}/shop?x=1${HASTY}`;
  for (const wrong of [url, url.replace('x=1', 'directConnection=true')]) {
    try {
      await openMongo(wrong, { collections: [] });
      t.fail('it was opened');
    } catch (error) {
      const { name, message } = error as Error;
      t.equal(name, 'StoreUnavailable');
      t.match(message, new RegExp(`^mongodb://127.0.0.1:${port}/shop cannot be used: [^\n]+$`));
      t.notMatch(message, /secret/);
    }
  }
});

if (!server?.process) {
  t.pass('MongoDB', { skip: server ? 'MONGO_URL names a server that is not ours to stop' : NO_SERVER });
} else {
  outages(server, server.process);
}

function outages(server: MongoServer, process: MongoProcess): void {
  async function open(t: Test, url: string) {
    const store = await openMongo(url, { collections: [{ name: 'sales', indexes: [] }] });
    t.teardown(() => store.close());
    return store;
  }

  t.test('two owners of one actor: each seq is stored once, and who comes second meets it', async (t) => {
    const url = server.database();
    const owners = [await open(t, url), await open(t, url)];
    for (let seq = 1; seq <= 20; seq += 1) {
      const results = await Promise.all(
        owners.map(({ journal }, i) => {
          const over = { epoch: `n_${i}/1`, commandId: `passenger:p_${i}:${seq}` };
          return journal.append([item(entryOf('a:1', seq, over)), ...run(`b:${i}`, seq, seq)]);
        }),
      );
      t.same(short(results.flatMap((own) => own.slice(0, 1))).sort(), [`met ${seq}`, 'stored']);
      t.same(short(results.flatMap((own) => own.slice(1))), ['stored', 'stored']);
    }
  });

  t.test(
    'while the server is gone entries are unknown and reads fail; it returns with all it acknowledged',
    async (t) => {
      const url = server.database();
      const store = await open(t, url);
      const row = { collection: 'sales', id: 's_1', version: 1, fields: {} };
      t.same(short(await store.journal.append(run('a:1', 1, 5))), Array(5).fill('stored'));
      await process.kill();
      const [appended] = await Promise.all([
        store.journal.append(run('a:1', 6, 7)),
        t.rejects(store.journal.read('a:1', 0, 10)),
        t.rejects(store.views.apply([row])),
        t.rejects(store.snapshots.insert([{ actor: 'a:1', seq: 1, version: 1, body: '{}' }])),
      ]);
      t.same(short(appended), ['unknown', 'unknown']);
      await process.start();
      let results: string[] = [];
      await until('the server has a word on them', async () => {
        results = short(await store.journal.append(run('a:1', 6, 7)));
        return !results.includes('unknown');
      });
      t.same(results, ['stored', 'stored']);
      t.same(await seqsOf(store, 'a:1'), [1, 2, 3, 4, 5, 6, 7]);
      await store.views.apply([row]);
      t.same(await store.views.get('sales', 's_1'), {});
    },
  );

  t.test('killed while entries are on their way: sent again, each is stored once and in order', async (t) => {
    const store = await open(t, server.database());
    const items = Array.from({ length: 40 }, (_, i) => run(`a:${i}`, 1, 10)).flat();
    const underWay = store.journal.append(items);
    await process.kill();
    const first = short(await underWay);
    await process.start();
    let results: string[] = [];
    await until('the server has a word on all', async () => {
      results = short(await store.journal.append(items));
      return !results.includes('unknown');
    });
    t.ok(results.every((result, i) => result === 'stored' || result === `met ${items[i]!.entry.seq}`));
    t.ok(
      first.every((result, i) => result !== 'stored' || results[i] !== 'stored'),
      'what was acknowledged is there',
    );
    for (const actor of ['a:0', 'a:20', 'a:39'] as const) t.equal((await seqsOf(store, actor)).length, 10);
  });

  t.test('a server that says nothing leaves entries unknown; what arrives late meets itself', async (t) => {
    const store = await open(t, server.database() + IMPATIENT);
    await store.journal.append(run('a:1', 1, 1));
    await process.pause();
    t.same(short(await store.journal.append(run('a:1', 2, 3))), ['unknown', 'unknown']);
    process.resume();
    let results: string[] = [];
    await until('the server has a word on them', async () => {
      results = short(await store.journal.append(run('a:1', 2, 3)));
      return !results.includes('unknown');
    });
    t.ok(results.every((result, i) => result === 'stored' || result === `met ${i + 2}`));
    t.same(await seqsOf(store, 'a:1'), [1, 2, 3]);
  });
}
