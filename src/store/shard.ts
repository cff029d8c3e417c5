import { crc32 } from 'node:zlib';

import { SHARDS, type ActorId } from './ports.js';

/** The shard, 0 to {@link SHARDS} - 1, that an actor belongs to: stable for ever, it is stored with wake markers. */
export function shardOf(actor: ActorId): number {
  return crc32(actor) % SHARDS;
}
