/** Snapshots as one incarnation sees them; a crash may lose the last ones. */
import type { ActorId, Snapshot, Snapshots } from '../ports.js';
import type { Connection } from './connection.js';
import type { Losable } from './losable.js';

/** Snapshots of an actor that stay. */
const KEPT = 2;

export class SimulatedSnapshots implements Snapshots {
  private readonly connection: Connection;
  /** By seq, by actor. */
  private readonly taken: Losable<ActorId, number, Snapshot>;

  constructor(connection: Connection, taken: Losable<ActorId, number, Snapshot>) {
    this.connection = connection;
    this.taken = taken;
  }

  insert(snapshots: readonly Snapshot[]): Promise<void> {
    const fresh = snapshots.map((snapshot) => Object.freeze({ ...snapshot }));
    return this.connection.lazy(() => {
      this.taken.change((taken) => {
        for (const snapshot of fresh) {
          const { actor, seq } = snapshot;
          const own = taken.get(actor) ?? new Map<number, Snapshot>();
          taken.set(actor, own);
          if (!own.has(seq)) own.set(seq, snapshot);
          for (const old of [...own.keys()].sort((a, b) => a - b).slice(0, -KEPT)) own.delete(old);
        }
      });
    });
  }

  latest(actor: ActorId): Promise<Snapshot | undefined> {
    return this.connection.read(() => this.of(actor)[0]);
  }

  /** What is recast by them comes behind them: a crash that loses them would lose that first, so it loses neither. */
  kept(actor: ActorId): Promise<readonly Snapshot[]> {
    return this.connection.read(() => {
      this.taken.settle();
      return this.of(actor);
    });
  }

  /** The newest ones first. */
  private of(actor: ActorId): readonly Snapshot[] {
    return [...(this.taken.state.get(actor)?.values() ?? [])].sort((a, b) => b.seq - a.seq);
  }
}
