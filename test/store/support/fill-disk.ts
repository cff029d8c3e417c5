/**
 * Run as a process of its own with a limit on the size of files: appends to the store in the given
 * folder until the disk refuses, and tells on standard output what it heard.
 */
import { openEmbedded } from '../../../src/store/embedded/index.js';
import { run } from './entries.js';

const folder = process.argv[2] ?? '';
const store = await openEmbedded(folder, { collections: [{ name: 'sales', indexes: [] }] });

async function errorOf(ask: () => Promise<unknown>): Promise<string> {
  try {
    await ask();
    return 'no error';
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

let acknowledged = 0;
async function append(): Promise<void> {
  const results = await store.journal.append(run('a:1', acknowledged + 1, acknowledged + 50));
  acknowledged += results.filter((result) => result.state === 'stored').length;
}

let first = 'no error';
while (first === 'no error' && acknowledged < 100_000) first = await errorOf(append);
const queued = await Promise.all([errorOf(append), errorOf(append)]);
const row = { collection: 'sales', id: 's_1', version: 1, fields: {} };
const others = [
  await errorOf(() => store.journal.read('a:1', 0, 1)),
  await errorOf(() => store.journal.find('a:1', 'x:1')),
  await errorOf(() => store.journal.due({ from: 0, to: 1 }, 1, 1)),
  await errorOf(() => store.journal.rewake([{ actor: 'a:1', seq: 1 }])),
  await errorOf(() => store.snapshots.insert([{ actor: 'a:1', seq: 1, version: 1, body: '{}' }])),
  await errorOf(() => store.views.apply([row])),
  await errorOf(() => store.views.get('sales', 's_1')),
];
await store.close();
console.log(JSON.stringify({ acknowledged, first, queued, others }));
