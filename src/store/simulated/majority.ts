/**
 * Whether a majority of the store's servers is there, as MongoDB's can be away for a while. What is written meanwhile
 * stands on one server alone: it takes its keys, no majority read shows it, and nobody is told that it is stored. In
 * the end a majority has it too, or another server is elected and it vanishes as if it had never been.
 */
import type { Random } from './clock.js';

export class Majority {
  private gone = false;

  constructor(private readonly random: Random) {}

  get away(): boolean {
    return this.gone;
  }

  lose(): void {
    this.gone = true;
  }

  regain(): void {
    this.gone = false;
  }

  /** A change that is not waited for: while no majority is there it may last or not. Throws then. */
  lazily(change: () => void): void {
    if (!this.gone || this.random() < 0.5) change();
    if (this.gone) throw new Error('no majority has it');
  }
}
