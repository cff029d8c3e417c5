/**
 * One process of a simulated machine, as far as time goes: everything that happens in it comes in here. Of a dead one
 * nothing runs any more; of a stopped one (SIGSTOP) nothing runs until it goes on, and then all that waited, in order.
 */
import type { Clock } from '../../src/actors/runtime/clock.js';
import type { VirtualClock } from '../support/virtual-clock.js';

export class Process implements Clock {
  private held: (() => void)[] | undefined;
  private dead = false;

  constructor(
    private readonly time: VirtualClock,
    /** How far the machine's clock is off, ms. */
    private readonly skew: () => number,
  ) {}

  now(): number {
    return this.time.now() + this.skew();
  }

  after(ms: number, run: () => void): () => void {
    let wanted = true;
    const cancel = this.time.after(ms, () => {
      this.enter(() => {
        if (wanted) run();
      });
    });
    return () => {
      wanted = false;
      cancel();
    };
  }

  soon(run: () => void): void {
    this.after(0, run);
  }

  /** Something comes from outside: an answer, a request. */
  enter(run: () => void): void {
    if (this.dead) return;
    if (this.held) this.held.push(run);
    else run();
  }

  get paused(): boolean {
    return this.held !== undefined;
  }

  pause(): void {
    this.held ??= [];
  }

  resume(): void {
    const { held = [] } = this;
    this.held = undefined;
    for (const run of held) this.after(0, run);
  }

  die(): void {
    this.dead = true;
    this.held = undefined;
  }
}
