/** Snapshots on LevelDB: not synced, the last two of an actor are kept, a damaged one is passed over. */
import { BadText, decodeSnapshot, encodeSnapshot } from '../codec.js';
import type { ActorId, Snapshot, Snapshots } from '../ports.js';
import type { Finality } from './finality.js';
import { keys, ownerOf, ranges } from './keys.js';
import { isCorruption, type Level } from './level.js';
import { Serial } from '../serial.js';

/** Snapshots of an actor that stay: the last, and the one before in case it is damaged. */
const KEPT = 2;

export class EmbeddedSnapshots implements Snapshots {
  private readonly level: Level;
  private readonly finality: Finality;
  private readonly serial = new Serial();

  constructor(level: Level, finality: Finality) {
    this.level = level;
    this.finality = finality;
  }

  async insert(snapshots: readonly Snapshot[]): Promise<void> {
    this.finality.check();
    await this.serial.run(() => this.write(snapshots));
  }

  async latest(actor: ActorId): Promise<Snapshot | undefined> {
    for await (const snapshot of this.intact(actor)) return snapshot;
    return undefined;
  }

  async kept(actor: ActorId): Promise<readonly Snapshot[]> {
    const kept: Snapshot[] = [];
    for await (const snapshot of this.intact(actor)) kept.push(snapshot);
    return kept;
  }

  async idle(): Promise<void> {
    await this.serial.idle();
  }

  /** The highest seq first. */
  private async *intact(actor: ActorId): AsyncGenerator<Snapshot, void, undefined> {
    this.finality.check();
    try {
      for await (const [key, text] of this.level.iterator({ ...ranges.snapshots(actor), reverse: true })) {
        const snapshot = parse(text, actor, ownerOf(key).seq);
        if (snapshot) yield snapshot;
      }
    } catch (error) {
      if (!isCorruption(error)) throw error;
    }
  }

  private async write(snapshots: readonly Snapshot[]): Promise<void> {
    const batch = this.level.batch();
    const actors = [...new Set(snapshots.map(({ actor }) => actor))];
    const found = await Promise.all(actors.map((actor) => this.level.keys(ranges.snapshots(actor)).all()));
    const there = new Map(actors.map((actor, i) => [actor, new Set(found[i])]));
    for (const snapshot of snapshots) {
      const key = keys.snapshot(snapshot.actor, snapshot.seq);
      const known = there.get(snapshot.actor);
      if (known === undefined || known.has(key)) continue;
      known.add(key);
      batch.put(key, encodeSnapshot(snapshot));
    }
    for (const known of there.values()) {
      for (const old of [...known].sort().slice(0, -KEPT)) batch.del(old);
    }
    await this.finality.write('write snapshots', () => batch.write());
  }
}

function parse(text: string, actor: ActorId, seq: number): Snapshot | undefined {
  try {
    return decodeSnapshot(text, actor, seq);
  } catch (error) {
    if (error instanceof BadText) return undefined;
    throw error;
  }
}
