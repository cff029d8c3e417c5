/**
 * Wake markers: two fields of the entry's document, outside its checksum, found by a sparse index (ENGINE 17).
 * Whoever asks for many shards gets the earliest of them sorted by the server, which keeps no more than `limit`.
 */
import type { Model } from 'mongoose';

import { shardOf } from '../shard.js';
import type { ActorId, ShardRange, Wake } from '../ports.js';
import type { EntryDocument } from './documents.js';
import { keyOf, ownerOf } from './keys.js';
import type { Link } from './link.js';

/** A marker set anew, or cleared. */
export interface Rewake {
  readonly actor: ActorId;
  readonly seq: number;
  readonly wake?: number;
}

/** Markers of `shards` with wake <= `until`, earliest first, at most `limit`, behind `after`. */
export async function dueMarkers(
  entries: Model<EntryDocument>,
  shards: ShardRange,
  until: number,
  limit: number,
  after?: Wake,
): Promise<readonly Wake[]> {
  if (limit <= 0 || shards.from >= shards.to) return [];
  const range = { shard: { $gte: shards.from, $lt: shards.to } };
  const found = await entries
    .find(after === undefined ? { ...range, wake: { $lte: until } } : { ...range, ...behind(after, until) })
    .select({ wake: 1 })
    .sort({ wake: 1, _id: 1 })
    .limit(limit)
    .lean();
  return found.map(({ _id, wake = 0 }) => ({ ...ownerOf(_id), wake }));
}

function behind({ actor, seq, wake }: Wake, until: number) {
  return {
    wake: { $gte: wake, $lte: until },
    $or: [{ wake: { $gt: wake } }, { _id: { $gt: keyOf(actor, seq) } }],
  };
}

/** Of several changes of one marker the last counts. One write clears all that are cleared. */
export async function moveMarkers({ models, bulk }: Link, changes: readonly Rewake[]): Promise<void> {
  const { entries } = models;
  const last = [...new Map(changes.map((change) => [keyOf(change.actor, change.seq), change])).entries()];
  const cleared = last.filter(([, { wake }]) => wake === undefined);
  const moved = last.flatMap(([key, { actor, wake }]) => (wake === undefined ? [] : [{ key, actor, wake }]));
  if (cleared.length > 0) {
    const actors = [...new Set(cleared.map(([, { actor }]) => actor))];
    await entries.updateMany(
      { actor: { $in: actors }, _id: { $in: cleared.map(([key]) => key) } },
      { $unset: { shard: 1, wake: 1 } },
    );
  }
  if (moved.length === 0) return;
  await bulk.write(
    entries,
    moved.map(({ key, actor, wake }) => ({
      updateOne: { filter: { _id: key, actor }, update: { $set: { shard: shardOf(actor), wake } } },
    })),
  );
}
