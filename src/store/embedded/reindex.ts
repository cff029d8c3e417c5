/** Makes the index keys of a collection anew from its rows, when its declaration has changed. */
import type { Collection } from '../collections.js';
import { decodeRow } from '../rows.js';
import { keys, ranges, rowIdOf } from './keys.js';
import type { Level } from './level.js';
import { indexKeysOf } from './rows.js';

/** Rows that are handled in one batch. */
const CHUNK = 1000;

export async function reindex(level: Level, collections: Iterable<Collection>): Promise<void> {
  for (const collection of collections) {
    const { name } = collection.declaration;
    const declared = JSON.stringify(collection.declaration);
    if ((await level.get(keys.declaration(name))) === declared) continue;
    await level.clear(ranges.indexes(name));
    await rebuild(level, collection);
    await level.put(keys.declaration(name), declared);
  }
}

async function rebuild(level: Level, collection: Collection): Promise<void> {
  const { name } = collection.declaration;
  let batch = level.batch();
  for await (const [key, text] of level.iterator(ranges.rows(name))) {
    const id = rowIdOf(key);
    for (const indexKey of indexKeysOf(collection, id, decodeRow(text, name, id).fields)) batch.put(indexKey, '');
    if (batch.length < CHUNK) continue;
    await batch.write();
    batch = level.batch();
  }
  await batch.write();
}
