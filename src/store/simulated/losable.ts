/**
 * What is seen at once and is durable later. A crash leaves the durable part and a first part of the changes after it,
 * in the one order in which they were made, whatever they changed: as in a database that has one log.
 */
import type { Random } from './clock.js';

/** Changes that may be lost at most. */
const AT_RISK = 128;

/** The changes that are not durable yet, of all states together. */
export class LazyLog {
  private changes: (() => void)[] = [];
  private readonly states: { reset(): void }[] = [];

  /** A state whose changes come here; it is told of a crash. */
  keep(state: { reset(): void }): void {
    this.states.push(state);
  }

  /** `last`: makes the change durable. */
  add(last: () => void): void {
    this.changes.push(last);
    if (this.changes.length > AT_RISK) this.changes.shift()?.();
  }

  /** All changes are durable. */
  settle(): void {
    for (const last of this.changes.splice(0)) last();
  }

  /** Returns how many changes went. */
  crash(random: Random): number {
    const kept = Math.floor(random() * (this.changes.length + 1));
    const lost = this.changes.length - kept;
    for (const last of this.changes.slice(0, kept)) last();
    this.changes = [];
    for (const state of this.states) state.reset();
    return lost;
  }
}

/** Values by key, by what they are of. A value is never changed, only put in another's place. */
export type Shelves<I, K, V> = Map<I, Map<K, V>>;

/** One state whose changes may be lost. */
export class Losable<I, K, V> {
  private seen: Shelves<I, K, V> = new Map();
  private readonly durable: Shelves<I, K, V> = new Map();

  constructor(private readonly log: LazyLog) {
    log.keep(this);
  }

  /** Not to be changed but by {@link change}. */
  get state(): Shelves<I, K, V> {
    return this.seen;
  }

  change(change: (state: Shelves<I, K, V>) => void): void {
    change(this.seen);
    this.log.add(() => {
      change(this.durable);
    });
  }

  /** A change that is durable at once. It must not depend on those that are not. */
  changeForSure(change: (state: Shelves<I, K, V>) => void): void {
    change(this.seen);
    change(this.durable);
  }

  /** All that was changed so far, here or beside it, is durable. */
  settle(): void {
    this.log.settle();
  }

  /** What was not durable is gone. */
  reset(): void {
    this.seen = new Map(Array.from(this.durable, ([of, shelf]) => [of, new Map(shelf)]));
  }
}
