/**
 * Every entry, by actor and seq, as of one moment: a replica set or a sharded cluster reads one snapshot of itself. A
 * server that is neither gives what it gives: FerretDB gathers the answer before it sends the first part of it.
 */
import { StoreUnavailable, type Entry } from '../ports.js';
import { ownerOf } from './keys.js';
import type { Link } from './link.js';
import { decodeWhole } from './lookup.js';

/** Entries that come in one answer. */
const BATCH = 1000;

/** The moment lies further back than the server keeps. */
const TOO_OLD = 239;

export async function* scanAll({ models, replicated }: Link): AsyncGenerator<Entry, void, undefined> {
  const cursor = models.entries
    .find()
    .select({ entry: 1, commandId: 1 })
    .sort({ _id: 1 })
    .readConcern(replicated ? 'snapshot' : 'majority')
    .lean()
    .cursor({ batchSize: BATCH });
  try {
    for await (const { _id, entry, commandId } of cursor) {
      const { actor, seq } = ownerOf(_id);
      yield decodeWhole(entry, actor, seq, commandId);
    }
  } catch (cause) {
    if (!isTooOld(cause)) throw cause;
    throw new StoreUnavailable(
      'the journal takes longer to read than the server keeps one moment of it: raise minSnapshotHistoryWindowInSeconds',
      { cause },
    );
  }
}

function isTooOld(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === TOO_OLD;
}
