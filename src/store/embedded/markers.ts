/**
 * Wake markers: which actors have promises due, and when (ENGINE 17). Each stands twice, by time and
 * by entry, so that it can be found by the one and moved by the other.
 */
import { shardOf } from '../shard.js';
import type { ActorId, ShardRange, Wake } from '../ports.js';
import type { Finality } from './finality.js';
import { keys, ownerOf, padded, ranges, wakeOf } from './keys.js';
import type { Level } from './level.js';
import { Serial } from '../serial.js';

/** A marker set anew, or cleared. */
export interface Rewake {
  readonly actor: ActorId;
  readonly seq: number;
  readonly wake?: number;
}

export class Markers {
  private readonly level: Level;
  private readonly finality: Finality;
  private readonly serial = new Serial();

  constructor(level: Level, finality: Finality) {
    this.level = level;
    this.finality = finality;
  }

  /** Markers of `shards` with wake <= `until`, earliest first, at most `limit`, behind `after`. */
  async due(shards: ShardRange, until: number, limit: number, after?: Wake): Promise<readonly Wake[]> {
    const found: Wake[] = [];
    if (limit <= 0) return found;
    for await (const key of this.level.keys(ranges.wakesUntil(until, after))) {
      const { actor, seq } = ownerOf(key);
      const shard = shardOf(actor);
      if (shard < shards.from || shard >= shards.to) continue;
      found.push({ actor, seq, wake: wakeOf(key) });
      if (found.length === limit) break;
    }
    return found;
  }

  /** Not synced: a marker that comes back after a power cut costs one needless look. */
  rewake(changes: readonly Rewake[]): Promise<void> {
    return this.serial.run(() => this.move(changes));
  }

  async idle(): Promise<void> {
    await this.serial.idle();
  }

  private async move(changes: readonly Rewake[]): Promise<void> {
    const markers = changes.map(({ actor, seq }) => keys.marker(actor, seq));
    const wakes = new Map((await this.level.getMany(markers)).map((wake, i) => [markers[i], wake]));
    const batch = this.level.batch();
    for (const { actor, seq, wake } of changes) {
      const marker = keys.marker(actor, seq);
      const before = wakes.get(marker);
      if (before !== undefined) batch.del(keys.wake(Number(before), actor, seq));
      if (wake === undefined) batch.del(marker);
      else batch.put(marker, padded(wake)).put(keys.wake(wake, actor, seq), '');
      wakes.set(marker, wake === undefined ? undefined : padded(wake));
    }
    await this.finality.write('move wake markers', () => batch.write());
  }
}
