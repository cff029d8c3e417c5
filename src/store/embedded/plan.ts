/**
 * One call to `append` on its way to LevelDB: the keys that must be free (S3), and the batch.
 *
 * An actor's entries are contiguous and only this process writes. So when the first seq of a run is
 * free, the ones behind it are too, and the seq behind the last one stored here is free without a
 * look: what remains is one look-up for each command id, and one for an actor that was not met lately.
 */
import type { ChainedBatch } from 'classic-level';
import type { LRUCache } from 'lru-cache';

import type { ActorId, Append } from '../ports.js';
import { keys, padded } from './keys.js';
import type { Level } from './level.js';

/** The highest seq stored by this process, of the actors that it met lately. */
export type Heads = LRUCache<ActorId, number>;

/** Writes of one flush. */
export type Batch = ChainedBatch<Level, string, string>;

export class Plan {
  /** Keys that must be free. */
  readonly probes: string[] = [];
  /** Whose keys they are. */
  readonly probed: ActorId[] = [];
  /** Actors whose entries do not follow each other in the call, or whose command ids repeat in it. */
  readonly disorderly = new Set<ActorId>();
  private readonly level: Level;
  private readonly commandKeys: string[] = [];
  private batch: Batch | undefined;

  constructor(
    level: Level,
    readonly items: readonly Append[],
    heads: Heads,
  ) {
    this.level = level;
    const lastSeqs = new Map<ActorId, number>();
    const seen = new Set<string>();
    for (const { entry } of items) {
      const { actor, seq } = entry;
      const commandKey = keys.command(actor, entry.commandId);
      this.commandKeys.push(commandKey);
      this.probe(actor, commandKey);
      if (seen.has(commandKey)) this.disorderly.add(actor);
      seen.add(commandKey);
      const last = lastSeqs.get(actor);
      if (last === undefined) {
        if (seq - 1 !== heads.get(actor)) this.probe(actor, keys.entry(actor, seq));
      } else if (seq !== last + 1) {
        this.disorderly.add(actor);
      }
      lastSeqs.set(actor, seq);
    }
  }

  /** The batch of all entries. Made once, and best while LevelDB is busy with something else. */
  whole(): Batch {
    return (this.batch ??= this.fill(() => true));
  }

  /** The batch of some entries only, instead of the one of all. */
  async part(chosen: ReadonlySet<Append>): Promise<Batch> {
    await this.batch?.close();
    this.batch = this.fill((item) => chosen.has(item));
    return this.batch;
  }

  private probe(actor: ActorId, key: string): void {
    this.probes.push(key);
    this.probed.push(actor);
  }

  private fill(chosen: (item: Append) => boolean): Batch {
    const batch = this.level.batch();
    this.items.forEach((item, i) => {
      const commandKey = this.commandKeys[i];
      if (commandKey === undefined || !chosen(item)) return;
      const { actor, seq } = item.entry;
      batch.put(keys.entry(actor, seq), item.text);
      batch.put(commandKey, padded(seq));
      if (item.wake === undefined) return;
      batch.put(keys.wake(item.wake, actor, seq), '');
      batch.put(keys.marker(actor, seq), padded(item.wake));
    });
    return batch;
  }
}
