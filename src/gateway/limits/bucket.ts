/**
 * A token bucket: so many requests a second on average, so many at once. Two numbers and no timer,
 * because each socket has one and each packet asks it (R8; measured in docs/decisions/limits.md).
 */

/** What a bucket lets through. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

export class Bucket {
  private level: number;

  /** `at` is the time of now, ms UTC. */
  constructor(
    private readonly rate: Rate,
    private at: number,
  ) {
    this.level = rate.burst;
  }

  /** Takes one; 0 when there was one, else the ms after which there will be. */
  take(now: number): number {
    const wait = this.wait(now);
    if (wait === 0) this.level -= 1;
    return wait;
  }

  /** What `take` would answer, without taking. */
  wait(now: number): number {
    if (now > this.at) {
      this.level = Math.min(this.rate.burst, this.level + ((now - this.at) * this.rate.perSecond) / 1000);
      this.at = now;
    }
    return this.level >= 1 ? 0 : Math.max(1, Math.ceil(((1 - this.level) * 1000) / this.rate.perSecond));
  }
}
