/**
 * One ordered insert of entries, and the exact word that MongoDB has on it.
 *
 *   S1  Ordered: MongoDB stops at the first entry that it refuses (✂ unordered inserts leave holes).
 *   S2  Without a majority's word nothing of the insert is known, whatever else the answer says.
 *
 * Entries go past mongoose's documents, straight to the driver: their text is sealed already, and casting and checking
 * it again costs more than sending it (docs/decisions/mongo-store.md).
 */
import mongoose, { type Model } from 'mongoose';

import { shardOf } from '../shard.js';
import type { Append } from '../ports.js';
import { driverOf, type EntryDocument } from './documents.js';
import { keyOf } from './keys.js';
import { TAKEN } from './taken.js';

/**
 * How an insert ended.
 *
 *   all      all are stored
 *   taken    the first `stored` are; the next one's key is taken; those behind it were not tried
 *   refused  the same, and the next one was refused for another reason
 *   lost     nothing is known of any
 */
export type InsertEnd =
  | { readonly end: 'all' }
  | { readonly end: 'taken'; readonly stored: number }
  | { readonly end: 'refused'; readonly stored: number; readonly reason: string }
  | { readonly end: 'lost'; readonly reason: string };

/** Never rejects. */
export async function insertInOrder(entries: Model<EntryDocument>, items: readonly Append[]): Promise<InsertEnd> {
  try {
    await driverOf(entries).insertMany(items.map(documentOf), { ordered: true });
    return { end: 'all' };
  } catch (error) {
    return endOf(error);
  }
}

function documentOf({ entry, text, wake }: Append): EntryDocument {
  const { actor, seq, commandId, at } = entry;
  const document = { _id: keyOf(actor, seq), actor, commandId, at: new Date(at), entry: text };
  return wake === undefined ? document : { ...document, shard: shardOf(actor), wake };
}

function endOf(error: unknown): InsertEnd {
  const reason = error instanceof Error ? error.message : String(error);
  if (!(error instanceof mongoose.mongo.MongoBulkWriteError)) return { end: 'lost', reason };
  const [first] = [error.writeErrors].flat();
  // The driver shows no refusals where a majority's word is missing.
  if (first === undefined) return { end: 'lost', reason };
  return first.code === TAKEN
    ? { end: 'taken', stored: first.index }
    : { end: 'refused', stored: first.index, reason: `${first.code} ${first.errmsg ?? ''}` };
}
