/**
 * Every entry or every head, by actor and seq, as of one moment: a replica set or a sharded cluster reads one snapshot
 * of itself. A server that is neither gives what it gives: FerretDB gathers the answer before it sends the first part
 * of it.
 */
import { StoreUnavailable, type Head, type StoredEntry } from '../ports.js';
import { driverOf } from './documents.js';
import { ownerOf } from './keys.js';
import type { Link } from './link.js';
import { decodeStored } from './lookup.js';

/** Entries that come in one answer. */
const BATCH = 1000;

/** Keys that come in one answer. */
const KEYS = 20_000;

/** The moment lies further back than the server keeps. */
const TOO_OLD = 239;

export async function* scanAll({ models, replicated }: Link): AsyncGenerator<StoredEntry, void, undefined> {
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
      yield decodeStored(entry, actor, seq, commandId);
    }
  } catch (cause) {
    throw explained(cause);
  }
}

/** The last seq of every actor. Only keys are read, and those stand in the index. */
export async function* headsOf({ models, replicated }: Link): AsyncGenerator<Head, void, undefined> {
  const cursor = driverOf(models.entries)
    .find({}, { projection: { _id: 1 }, readConcern: { level: replicated ? 'snapshot' : 'majority' } })
    .sort({ _id: 1 })
    .batchSize(KEYS);
  let last: Head | undefined;
  try {
    for await (const { _id } of cursor) {
      const owner = ownerOf(_id);
      if (last && last.actor !== owner.actor) yield last;
      last = owner;
    }
  } catch (cause) {
    throw explained(cause);
  }
  if (last) yield last;
}

function explained(cause: unknown): unknown {
  if (!isTooOld(cause)) return cause;
  return new StoreUnavailable(
    'the journal takes longer to read than the server keeps one moment of it: raise minSnapshotHistoryWindowInSeconds',
    { cause },
  );
}

function isTooOld(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === TOO_OLD;
}
