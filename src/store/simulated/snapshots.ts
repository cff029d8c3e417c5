/** Snapshots as one incarnation sees them; a crash may lose the last ones. */
import type { ActorId, Snapshot, Snapshots } from '../ports.js';
import type { Connection } from './connection.js';
import type { Losable } from './losable.js';

/** Texts by seq, by actor. */
export type SnapshotTexts = Map<ActorId, Map<number, string>>;

/** Snapshots of an actor that stay. */
const KEPT = 2;

export class SimulatedSnapshots implements Snapshots {
  private readonly connection: Connection;
  private readonly texts: Losable<SnapshotTexts>;

  constructor(connection: Connection, texts: Losable<SnapshotTexts>) {
    this.connection = connection;
    this.texts = texts;
  }

  insert(snapshots: readonly Snapshot[]): Promise<void> {
    const fresh = snapshots.map(({ actor, seq, ...rest }) => ({
      actor,
      seq,
      text: JSON.stringify({ actor, seq, ...rest }),
    }));
    return this.connection.lazy(() => {
      this.texts.change((texts) => {
        for (const { actor, seq, text } of fresh) {
          const own = texts.get(actor) ?? new Map<number, string>();
          texts.set(actor, own);
          if (!own.has(seq)) own.set(seq, text);
          for (const old of [...own.keys()].sort((a, b) => a - b).slice(0, -KEPT)) own.delete(old);
        }
      });
    });
  }

  latest(actor: ActorId): Promise<Snapshot | undefined> {
    return this.connection.read(() => {
      const [latest] = this.of(actor);
      return latest;
    });
  }

  /** What is recast by them comes behind them: a crash that loses them would lose that first, so it loses neither. */
  kept(actor: ActorId): Promise<readonly Snapshot[]> {
    return this.connection.read(() => {
      this.texts.settle();
      return this.of(actor);
    });
  }

  private of(actor: ActorId): readonly Snapshot[] {
    const own = [...(this.texts.state.get(actor) ?? [])].sort(([a], [b]) => b - a);
    return own.map(([, text]) => JSON.parse(text) as Snapshot);
  }
}
