/**
 * A token bucket: so many requests a second on average, so many at once. Two numbers and no timer,
 * because each socket has one and each packet asks it (R8; measured in docs/decisions/limits.md).
 */

/** What a bucket lets through. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** A request costs so many parts, so that what a millisecond adds is a whole number. */
const COST = 1000;

export class Bucket {
  private level: number;

  /** `at` is the time of now, ms UTC. */
  constructor(
    private readonly rate: Rate,
    private at: number,
  ) {
    this.level = rate.burst * COST;
  }

  /** Takes one; 0 when there was one, else the ms after which there will be. */
  take(now: number): number {
    const wait = this.wait(now);
    if (wait === 0) this.level -= COST;
    return wait;
  }

  /** What `take` would answer, without taking. */
  wait(now: number): number {
    if (now > this.at) {
      this.level = Math.min(this.rate.burst * COST, this.level + (now - this.at) * this.rate.perSecond);
    }
    // Also where the clock was set back: it gives nothing, and must not keep everybody waiting until it is where it
    // was.
    this.at = now;
    return this.level >= COST ? 0 : Math.ceil((COST - this.level) / this.rate.perSecond);
  }
}
