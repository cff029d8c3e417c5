import t, { type Test } from 'tap';

import { openMongo } from '../../src/store/mongo/index.js';
import type { Append, Store } from '../../src/store/ports.js';
import { Proxy, type Command } from '../support/mongo/proxy.js';
import { mongoServer, NO_SERVER, type MongoServer } from '../support/mongo/server.js';
import { entryOf, item, run, seqsOf, short } from './support/entries.js';

const inserts = (command: Command) => command['insert'] === 'journal';
const finds = (command: Command) => command['find'] === 'journal';

const asked = (command: Command) => inserts(command) || finds(command);

const server = await mongoServer(t);
const own = server?.process;
if (!server || !own) {
  t.pass('MongoDB', { skip: server ? 'MONGO_URL names a server that is not ours to hurt' : NO_SERVER });
} else {
  faults(server, own.port);
}

function faults(server: MongoServer, port: number): void {
  async function open(t: Test, more = ''): Promise<{ store: Store; proxy: Proxy; said: string[] }> {
    const proxy = await Proxy.before(t, port);
    const said: string[] = [];
    const url = proxy.through(server.database()) + more;
    const store = await openMongo(url, { collections: [], say: (line) => said.push(line) });
    t.teardown(() => store.close());
    return { store, proxy, said };
  }

  t.test('ENGINE 2, 6: an insert that never reaches the server is unknown; sent again, it is stored', async (t) => {
    const { store, proxy } = await open(t);
    const items = [...run('a:1', 1, 3), ...run('b:1', 1, 1)];
    void proxy.next(inserts, 'lose');
    t.same(short(await store.journal.append(items)), Array(4).fill('unknown'));
    t.same(await seqsOf(store, 'a:1'), []);
    t.same(short(await store.journal.append(items)), Array(4).fill('stored'));
  });

  t.test('ENGINE 2, 7: an insert whose answer is lost is unknown; sent again, each entry meets itself', async (t) => {
    const { store, proxy } = await open(t);
    const items = [...run('a:1', 1, 3), ...run('b:1', 1, 1)];
    void proxy.next(inserts, 'mute');
    t.same(short(await store.journal.append(items)), Array(4).fill('unknown'));
    const again = [...items, ...run('a:1', 4, 5)];
    const results = await store.journal.append(again);
    t.same(short(results), ['met 1', 'met 2', 'met 3', 'met 1', 'stored', 'stored']);
    t.same(await seqsOf(store, 'a:1'), [1, 2, 3, 4, 5]);
  });

  t.test(
    'what is stored waits for nothing that is read, nor does the question whether the server answers',
    async (t) => {
      const { store, proxy } = await open(t, '&maxPoolSize=1');
      const held = proxy.next(finds, 'silence');
      // It has the only connection for reading until the store is closed.
      store.journal.read('a:1', 0, 9).catch(() => undefined);
      await held;
      t.same(short(await store.journal.append(run('a:1', 1, 2))), Array(2).fill('stored'));
      await store.answers();
    },
  );

  t.test('a call of many entries that are all there costs a few questions, not an insert for each', async (t) => {
    const { store, proxy } = await open(t);
    const items = Array.from({ length: 60 }, (_, i) => run(`a:${i}`, 1, 2)).flat();
    void proxy.next(inserts, 'mute');
    await store.journal.append(items);
    const before = proxy.commands.filter(asked).length;
    const results = await store.journal.append(items);
    t.ok(results.every((result, i) => result.state === 'collided' && result.met.epoch === items[i]!.entry.epoch));
    t.ok(proxy.commands.filter(asked).length - before <= 5);
  });

  t.test('S4: a collision whose row cannot be read is unknown, and so is what stands behind it', async (t) => {
    const { store, proxy, said } = await open(t);
    await store.journal.append(run('a:1', 1, 1));
    void proxy.next(finds, 'lose');
    const items = [...run('a:1', 1, 2, { epoch: 'n_2/1' }), ...run('b:1', 1, 1)];
    t.same(short(await store.journal.append(items)), ['unknown', 'unknown', 'stored']);
    t.match(said.at(-1), /^the journal has no word on what it was given: /);
    t.same(short(await store.journal.append(items)), ['met 1', 'unknown', 'met 1']);
    t.equal(said.at(-1), 'the journal has its word again');
  });

  t.test('S4: a collision with a row that no majority holds is unknown', async (t) => {
    const { store, proxy } = await open(t);
    void proxy.next(inserts, { answer: { ok: 1, n: 0, writeErrors: [{ index: 0, code: 11_000, errmsg: 'E11000' }] } });
    t.same(short(await store.journal.append(run('a:1', 1, 2))), ['unknown', 'unknown']);
    t.same(await seqsOf(store, 'a:1'), []);
  });

  t.test('ENGINE 2: an answer without a majority’s word is unknown, whatever else it says', async (t) => {
    const { store, proxy } = await open(t);
    const writeConcernError = { code: 64, codeName: 'WriteConcernFailed', errmsg: 'waiting for replication timed out' };
    void proxy.next(inserts, { alter: (answer) => ({ ...answer, writeConcernError }) });
    t.same(short(await store.journal.append(run('a:1', 1, 2))), ['unknown', 'unknown']);
    t.same(short(await store.journal.append(run('a:1', 1, 2))), ['met 1', 'met 2']);
    void proxy.next(inserts, { alter: (answer) => ({ ...answer, writeConcernError }) });
    const items = [...run('a:1', 3, 3), ...run('b:1', 1, 1)];
    items[0] = item(entryOf('a:1', 3, { commandId: entryOf('a:1', 1).commandId }));
    t.same(short(await store.journal.append(items)), ['unknown', 'unknown'], 'beside a collision too');
  });

  t.test('ENGINE 2: a primary that has stepped down leaves the entries unknown', async (t) => {
    const { store, proxy } = await open(t);
    const answer = { ok: 0, code: 10_107, codeName: 'NotWritablePrimary', errmsg: 'not primary' };
    void proxy.next(inserts, { answer });
    t.same(short(await store.journal.append(run('a:1', 1, 1))), ['unknown']);
    t.same(short(await store.journal.append(run('a:1', 1, 1))), ['stored']);
  });

  t.test('S1: what the server refuses for another reason holds up its own actor only', async (t) => {
    const { store, proxy, said } = await open(t);
    void proxy.next(inserts, { answer: { ok: 1, n: 0, writeErrors: [{ index: 0, code: 121, errmsg: 'not valid' }] } });
    const items = [...run('a:1', 1, 2), ...run('b:1', 1, 1)];
    t.same(short(await store.journal.append(items)), ['unknown', 'unknown', 'stored']);
    t.match(said.at(-1), /no word on what it was given: 121 not valid/);
  });

  t.test('an entry that no document can hold is unknown, and holds up its own actor only', async (t) => {
    const { store } = await open(t);
    const long = entryOf('a:1', 1, { reply: { ok: true, value: 'x'.repeat(16 * 1024 * 1024) } });
    const items: Append[] = [item(long), ...run('a:1', 2, 2), ...run('b:1', 1, 1)];
    t.same(short(await store.journal.append(items)), ['unknown', 'unknown', 'stored']);
  });

  t.test('a snapshot that no document can hold is left out, and keeps no other from being taken', async (t) => {
    const { store } = await open(t);
    const body = JSON.stringify('x'.repeat(16 * 1024 * 1024));
    await store.snapshots.insert([
      { actor: 'a:1', seq: 1, version: 1, body },
      { actor: 'b:1', seq: 1, version: 1, body: '{}' },
    ]);
    t.equal(await store.snapshots.latest('a:1'), undefined);
    t.equal((await store.snapshots.latest('b:1'))?.seq, 1);
  });

  t.test('every write asks for a majority and its journal, every read for what a majority holds', async (t) => {
    const { store, proxy } = await open(t, '&w=1&journal=false&readConcernLevel=local&readPreference=secondary');
    await store.journal.append([item(entryOf('a:1', 1), 5)]);
    await store.journal.append(run('a:1', 1, 1));
    await store.journal.rewake([{ actor: 'a:1', seq: 1 }]);
    await store.journal.rewake([{ actor: 'a:1', seq: 1, wake: 7 }]);
    await store.journal.find('a:1', 'x:1');
    await store.journal.due({ from: 0, to: 4096 }, 9, 9);
    await store.snapshots.insert([{ actor: 'a:1', seq: 1, version: 1, body: '{}' }]);
    await store.snapshots.latest('a:1');
    for await (const entry of store.journal.scan()) t.equal(entry.seq, 1);
    const writes = proxy.commands.filter((command) => 'insert' in command || 'update' in command);
    const reads = proxy.commands.filter((command) => 'find' in command);
    t.ok(writes.length >= 6 && reads.length >= 6);
    for (const { writeConcern } of writes) t.match(writeConcern, { w: 'majority', j: true, wtimeout: 10_000 });
    for (const { readConcern } of reads) t.match(readConcern, { level: 'majority' });
    t.notOk(reads.some(({ $readPreference: wish }) => (wish as { mode?: string } | undefined)?.mode === 'secondary'));
  });

  t.test('a replica set is scanned as of one moment', async (t) => {
    const proxy = await Proxy.before(t, port);
    const hello = (command: Command) => command['hello'] === 1 && command['client'] === undefined;
    void proxy.next((command) => hello(command) && command['$db'] === 'admin' && !('topologyVersion' in command), {
      alter: (answer) => ({ ...answer, setName: 'rs0' }),
    });
    const store = await openMongo(proxy.through(server.database()), { collections: [] });
    t.teardown(() => store.close());
    await store.journal.append(run('a:1', 1, 1));
    for await (const entry of store.journal.scan()) t.equal(entry.seq, 1);
    const [scan] = proxy.commands.filter((command) => finds(command) && command['batchSize'] === 1000);
    t.match(scan?.['readConcern'], { level: 'snapshot' });
  });
}
