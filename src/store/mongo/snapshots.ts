/**
 * Snapshots on MongoDB: inserted, never replaced ("replace if newer" is not atomic on every server, ENGINE 19). The
 * last two of an actor are kept; a damaged one is passed over.
 */
import type { Model } from 'mongoose';

import { BadText, decodeSnapshot, encodeSnapshot } from '../codec.js';
import type { ActorId, Snapshot, Snapshots } from '../ports.js';
import { driverOf, isTooLong, type SnapshotDocument } from './documents.js';
import { Gathered } from './gathered.js';
import { keyOf } from './keys.js';
import type { Link } from './link.js';
import { takenOf } from './taken.js';

/** Snapshots of an actor that stay: the last, and the one before in case it is damaged. */
const KEPT = 2;

export class MongoSnapshots implements Snapshots {
  private readonly last: Gathered<ActorId, readonly SnapshotDocument[]>;

  constructor(private readonly link: Link) {
    this.last = new Gathered(link.replicated, (actors) => this.findLast(actors));
  }

  async insert(snapshots: readonly Snapshot[]): Promise<void> {
    this.link.check();
    // Without a snapshot the actor is read from its entries.
    const documents = snapshots.map(documentOf).filter(({ snapshot }) => !isTooLong(snapshot));
    if (documents.length === 0) return;
    const table = this.link.models.snapshots;
    await insertNew(table, documents);
    await dropOld(table, [...new Set(snapshots.map(({ actor }) => actor))]);
  }

  async latest(actor: ActorId): Promise<Snapshot | undefined> {
    const [latest] = await this.kept(actor);
    return latest;
  }

  async kept(actor: ActorId): Promise<readonly Snapshot[]> {
    this.link.check();
    const found = await this.last.ask(actor);
    return found
      .slice(0, KEPT)
      .map(parse)
      .filter((snapshot) => snapshot !== undefined);
  }

  /** Of each actor, the latest first. */
  private async findLast(actors: readonly ActorId[]): Promise<(actor: ActorId) => readonly SnapshotDocument[]> {
    const [first, ...others] = actors;
    const found = await this.link.models.snapshots
      .find(first && others.length === 0 ? { actor: first } : { actor: { $in: actors } })
      .sort({ seq: -1 })
      .lean<SnapshotDocument[]>();
    return (actor) => found.filter((snapshot) => snapshot.actor === actor);
  }
}

function documentOf(snapshot: Snapshot): SnapshotDocument {
  const { actor, seq } = snapshot;
  return { _id: keyOf(actor, seq), actor, seq, snapshot: encodeSnapshot(snapshot) };
}

/** The snapshot, when it is what was written there. */
function parse({ actor, seq, snapshot }: SnapshotDocument): Snapshot | undefined {
  try {
    return decodeSnapshot(snapshot, actor, seq);
  } catch (error) {
    if (error instanceof BadText) return undefined;
    throw error;
  }
}

async function insertNew(table: Model<SnapshotDocument>, documents: SnapshotDocument[]): Promise<void> {
  try {
    await driverOf(table).insertMany(documents, { ordered: false });
  } catch (error) {
    // One that is there already stays.
    takenOf(error);
  }
}

async function dropOld(table: Model<SnapshotDocument>, actors: readonly ActorId[]): Promise<void> {
  const known = await table
    .find({ actor: { $in: actors } })
    .select({ actor: 1, seq: 1 })
    .sort({ actor: 1, seq: -1 })
    .lean();
  const kept = new Map<ActorId, number>();
  const old = known.filter(({ actor }) => {
    const count = (kept.get(actor) ?? 0) + 1;
    kept.set(actor, count);
    return count > KEPT;
  });
  if (old.length > 0) await table.deleteMany({ actor: { $in: actors }, _id: { $in: old.map(({ _id }) => _id) } });
}
