/**
 * A state whose changes are seen at once and are durable later: a crash leaves the durable part and
 * a first part of the changes after it. What a later change left behind includes the earlier ones.
 */
import type { Random } from './clock.js';

/** Changes that may be lost at most. */
const AT_RISK = 64;

export class Losable<S> {
  private seen: S;
  private readonly durable: S;
  private changes: ((state: S) => void)[] = [];

  constructor(initial: () => S) {
    this.seen = initial();
    this.durable = initial();
  }

  /** Not to be changed but by {@link change}. */
  get state(): S {
    return this.seen;
  }

  change(change: (state: S) => void): void {
    change(this.seen);
    this.changes.push(change);
    if (this.changes.length > AT_RISK) this.changes.shift()?.(this.durable);
  }

  /** A change that is durable at once. It must not depend on those that are not. */
  changeForSure(change: (state: S) => void): void {
    change(this.seen);
    change(this.durable);
  }

  /** Returns how many changes went. */
  crash(random: Random): number {
    const kept = Math.floor(random() * (this.changes.length + 1));
    const lost = this.changes.length - kept;
    for (const change of this.changes.slice(0, kept)) change(this.durable);
    this.changes = [];
    this.seen = structuredClone(this.durable);
    return lost;
  }
}
