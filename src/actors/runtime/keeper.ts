/**
 * Keeps memory small and starts short: snapshots of stored turns, passivation of the actors that
 * were used least lately, and tidy wake markers.
 *
 *   R6, ENGINE 19  a snapshot is of stored turns only, inserted under `(actor, seq)`
 *   R8             actors in memory are bounded by count and by size; whoever is not used leaves after a while; one
 *                  snapshot of an actor at a time is on its way to a store that may be slow
 *   ENGINE 17      a snapshot comes after the rows of its entries; markers are cleared in bulk and late, and before an
 *                  actor leaves memory one stands at the earliest promise it leaves open
 */
import type { Snapshot, Store } from '../../store/ports.js';
import type { Activation } from './activation.js';
import type { Clock } from './clock.js';
import type { MarkerChange } from './markers.js';
import type { Limits } from './options.js';
import type { Projector } from './projector.js';
import { Together } from './together.js';

/** Entries of this many characters are read faster than a snapshot is worth. */
const SHORT_TAIL = 64 * 1024;
/** A snapshot is due when the tail is this many times its size, overdue at the square. */
const TAIL_FACTOR = 4;
/** Idle actors that one round takes out of memory at most. */
const ROUND = 2000;

/** What is known of an actor in memory: its size in characters, and when it was used last, ms UTC. */
interface Used {
  readonly size: number;
  readonly at: number;
}

export class Keeper {
  /** Least recently used first. */
  private readonly active = new Map<Activation, Used>();
  private size = 0;
  private readonly untidy = new Set<Activation>();
  /** A snapshot of these is on its way to the store; until it is there no other is taken for a long tail (R8). */
  private readonly writing = new Set<Activation>();
  private readonly snapshots: Together<Snapshot>;
  private disarm: () => void = () => undefined;
  private stopped = false;

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly limits: Pick<Limits, 'active' | 'activeSize' | 'idleMs' | 'keeperMs'>,
    private readonly rows: Pick<Projector, 'flush' | 'gathered'>,
    /** The activation has left memory. */
    private readonly passivated: (activation: Activation) => void,
    private readonly failed: (error: unknown) => void,
  ) {
    this.snapshots = new Together((taken) => this.store.snapshots.insert(taken));
    this.arm();
  }

  /** The activation was used just now, or its size has changed. */
  touch(activation: Activation): void {
    const known = this.active.get(activation);
    if (known !== undefined) this.active.delete(activation);
    const size = activation.size + activation.tailSize;
    this.active.set(activation, { size, at: this.clock.now() });
    this.size += size - (known?.size ?? 0);
  }

  forget(activation: Activation): void {
    this.size -= this.active.get(activation)?.size ?? 0;
    this.active.delete(activation);
    this.untidy.delete(activation);
  }

  /** Something of the activation was closed: its markers may be cleared soon. */
  loosened(activation: Activation): void {
    this.untidy.add(activation);
  }

  /** Takes a snapshot where one is due and all is stored; where one is overdue, holds the actor until all is. */
  snapshotIfDue(activation: Activation): void {
    const due = TAIL_FACTOR * Math.max(activation.size, SHORT_TAIL / TAIL_FACTOR);
    if (activation.tailSize < due || this.writing.has(activation)) return;
    if (activation.undurable > 0) {
      if (activation.tailSize > TAIL_FACTOR * due && activation.mode === 'running') activation.hold();
      return;
    }
    this.writing.add(activation);
    this.insert([activation], () => this.rows.gathered())
      .catch(this.failed)
      .finally(() => {
        this.writing.delete(activation);
      });
  }

  /** Looks after memory once: tidies markers, passivates what is too much and what was not used for long. */
  async round(): Promise<void> {
    await this.tidy([...this.untidy]);
    if (this.stopped) return;
    const leaving = this.leaving();
    if (leaving.length === 0) return;
    await this.insert(leaving);
    await this.tidy(leaving);
    for (const activation of leaving)
      if (this.idle(activation) && activation.tailSize === 0) this.passivated(activation);
  }

  /** Snapshots of all that is in memory, before the system ends. A store that has no word on them costs time only. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.disarm();
    try {
      await this.insert([...this.active.keys()]);
      await this.tidy([...this.active.keys()]);
    } catch (error) {
      this.failed(error);
    }
  }

  private arm(): void {
    this.disarm = this.clock.after(this.limits.keeperMs, () => {
      this.round()
        .catch(this.failed)
        .finally(() => {
          if (!this.stopped) this.arm();
        });
    });
  }

  /** Those that leave in this round. */
  private leaving(): readonly Activation[] {
    const { active, activeSize, idleMs } = this.limits;
    const since = this.clock.now() - idleMs;
    const leaving: Activation[] = [];
    let size = this.size;
    for (const [activation, used] of this.active) {
      const tooMuch = this.active.size - leaving.length > active || size > activeSize;
      if ((!tooMuch && used.at > since) || leaving.length >= ROUND) break;
      if (!this.idle(activation)) continue;
      leaving.push(activation);
      size -= used.size;
    }
    return leaving;
  }

  /** Nothing waits, nothing is on its way; timers that are due later may stay behind a marker. */
  private idle(activation: Activation): boolean {
    const { mode, load, unprojected, outbox } = activation;
    return mode === 'running' && load === 0 && unprojected === 0 && !outbox.busy(this.clock.now());
  }

  /**
   * `projected`: at once, or when their time has come, brings the rows that wait to the views; says whether they are
   * there.
   */
  private async insert(activations: readonly Activation[], projected = () => this.rows.flush()): Promise<void> {
    const snapshots: Snapshot[] = [];
    for (const activation of activations) {
      if (activation.tailSize === 0 || activation.undurable > 0 || !activation.sound) continue;
      const snapshot = activation.memory.snapshot();
      snapshots.push(snapshot);
      activation.size = snapshot.body.length;
      activation.tailSize = 0;
      this.touch(activation);
    }
    if (snapshots.length === 0) return;
    // Who begins from a snapshot says only the rows behind it again, so those before it must be in the views.
    if (!(await projected())) throw new Error('rows are not in the views, so no snapshot of them is taken');
    await this.snapshots.do(snapshots);
  }

  private async tidy(activations: readonly Activation[]): Promise<void> {
    const changes: MarkerChange[] = [];
    const now = this.clock.now();
    for (const activation of activations) {
      const { mode, load, unprojected, outbox, markers, own, memory } = activation;
      // Whoever is busy stays untidy: nothing more may happen to him after his last message was answered.
      if (mode !== 'running' || load > 0 || unprojected > 0 || outbox.busy(now)) continue;
      this.untidy.delete(activation);
      changes.push(...markers.tidy(activation.id, { earliest: outbox.alarm, own, at: memory.at, now }));
    }
    if (changes.length > 0) await this.store.journal.rewake(changes);
  }
}
