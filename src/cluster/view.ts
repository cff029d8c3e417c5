/**
 * Which nodes live, as one node sees it, and which of them serves each shard: rendezvous hashing, so that every node
 * finds the same owners from the same nodes without asking anybody, and a node that comes or goes moves only the
 * shards that it gets or had.
 *
 * Boundary: pure. Views of two nodes may differ for a while; that costs time and not truth (R7, ENGINE 9).
 */
import { crc32 } from 'node:zlib';

import { SHARDS, type ActorId, type ShardRange } from '../store/ports.js';
import { shardOf } from '../store/shard.js';

export class View {
  /** The nodes that live, in order. */
  readonly nodes: readonly string[];
  /** Those of them that serve. */
  private readonly serving: readonly string[];
  /** By shard: the place of its owner in {@link serving}. Made when it is asked for: most views are only compared. */
  private placed: Uint16Array | undefined;
  private readonly parts = new Map<string, readonly ShardRange[]>();

  /** @param blind nodes that cannot reach the store: they serve nothing as long as others can */
  constructor(nodes: Iterable<string>, blind: ReadonlySet<string> = new Set()) {
    this.nodes = [...new Set(nodes)].sort();
    if (this.nodes.length === 0) throw new Error('a view holds at least one node');
    const able = this.nodes.filter((node) => !blind.has(node));
    this.serving = able.length === 0 ? this.nodes : able;
  }

  /** Who serves an actor. */
  ownerOf(actor: ActorId): string {
    return this.ownerOfShard(shardOf(actor));
  }

  /** Who serves a shard. */
  ownerOfShard(shard: number): string {
    this.placed ??= place(this.serving);
    return this.serving[this.placed[shard] ?? 0] ?? '';
  }

  /** The shards of one node, as ranges; none where it does not live. Asked for every second, so it is kept. */
  shardsOf(node: string): readonly ShardRange[] {
    const known = this.parts.get(node) ?? ranges((shard) => this.ownerOfShard(shard) === node);
    this.parts.set(node, known);
    return known;
  }

  /** What a node serves in this view and did not serve in the one before. */
  gainedBy(node: string, before: View): readonly ShardRange[] {
    return ranges((shard) => this.ownerOfShard(shard) === node && before.ownerOfShard(shard) !== node);
  }

  same(other: View): boolean {
    return isSame(this.nodes, other.nodes) && isSame(this.serving, other.serving);
  }
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((node, i) => node === others[i]);
}

/** For each shard the node that weighs most for it. */
function place(nodes: readonly string[]): Uint16Array {
  const owners = new Uint16Array(SHARDS);
  const seeds = nodes.map((node) => crc32(node));
  for (let shard = 0; shard < SHARDS; shard++) {
    let most = -1;
    for (let i = 0; i < seeds.length; i++) {
      const weight = mixed(seeds[i] ?? 0, shard);
      // Nodes of equal weight: the first in order, which is the same for everybody.
      if (weight <= most) continue;
      most = weight;
      owners[shard] = i;
    }
  }
  return owners;
}

/** A well-mixed 32-bit number of a node and a shard (the finalizer of MurmurHash3). */
function mixed(seed: number, shard: number): number {
  let h = seed ^ Math.imul(shard + 1, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function ranges(includes: (shard: number) => boolean): readonly ShardRange[] {
  const found: ShardRange[] = [];
  let from = -1;
  for (let shard = 0; shard <= SHARDS; shard++) {
    const inside = shard < SHARDS && includes(shard);
    if (inside && from < 0) from = shard;
    if (inside || from < 0) continue;
    found.push({ from, to: shard });
    from = -1;
  }
  return found;
}
