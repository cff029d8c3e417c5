/**
 * Whether this node reaches its store. A node that does not can acknowledge nothing, while others perhaps can: it says
 * so at `/ready`, and to the cluster, so that they serve its actors.
 *
 * Boundary: judges by one cheap question at a time, which waits for nothing that the node asks besides. Time counts
 * only while this process runs: one that was stopped where it stood has not been silent to the store.
 */
import type { Clock } from '../actors/runtime/clock.js';
import type { Store } from '../store/ports.js';

export interface StoreWatchOptions {
  readonly store: Pick<Store, 'answers'>;
  readonly clock: Pick<Clock, 'after'>;
  /** Pause between two questions, ms. */
  readonly everyMs: number;
  /** Without an answer for this long the store is away, ms. */
  readonly awayMs: number;
  /** Told when it is away, and when it answers again. */
  readonly changed: (away: boolean) => void;
}

export class StoreWatch {
  /** How long no question was answered, ms. */
  private silentMs = 0;
  /** How long the question under way has waited, ms; undefined when there is none. */
  private waitedMs: number | undefined;
  private questions = 0;
  private gone = false;
  private closed = false;
  private disarm: () => void = () => undefined;

  constructor(private readonly options: StoreWatchOptions) {
    this.later();
  }

  /** The store does not answer this node. */
  get away(): boolean {
    return this.gone;
  }

  close(): void {
    this.closed = true;
    this.disarm();
  }

  private later(): void {
    const { clock, everyMs, awayMs } = this.options;
    this.disarm = clock.after(everyMs, () => {
      this.silentMs += everyMs;
      if (this.silentMs > awayMs) this.set(true);
      if (this.waitedMs !== undefined) this.waitedMs += everyMs;
      // One that was lost on its way must not keep the next from being asked.
      if (this.waitedMs === undefined || this.waitedMs > awayMs) this.ask();
      this.later();
    });
  }

  private ask(): void {
    const question = ++this.questions;
    this.waitedMs = 0;
    this.options.store
      .answers()
      .then(
        () => {
          this.silentMs = 0;
          this.set(false);
        },
        // The silence goes on.
        () => undefined,
      )
      .finally(() => {
        if (question === this.questions) this.waitedMs = undefined;
      });
  }

  private set(away: boolean): void {
    if (away === this.gone || this.closed) return;
    this.gone = away;
    this.options.changed(away);
  }
}
