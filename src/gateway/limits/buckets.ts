/**
 * Buckets by name (account, address), at most so many: the one that was idle longest goes first, and
 * an idle one is full, so next to nothing is forgotten (R8).
 */
import { LRUCache } from 'lru-cache';

import { Bucket, type Rate } from './bucket.js';

/** Names that are kept; about 200 bytes each. */
const MOST = 100_000;

export class Buckets {
  private readonly buckets: LRUCache<string, Bucket>;

  constructor(
    private readonly rate: Rate,
    private readonly now: () => number,
    most = MOST,
  ) {
    // A `max` would take the room for all of them now.
    this.buckets = new LRUCache({ maxSize: most, sizeCalculation: () => 1 });
  }

  /** The bucket of a name, for who asks it often. */
  of(name: string): Bucket {
    let bucket = this.buckets.get(name);
    if (!bucket) this.buckets.set(name, (bucket = new Bucket(this.rate, this.now())));
    return bucket;
  }

  /** Takes one of a name's; 0, or the ms to wait. */
  take(name: string): number {
    return this.of(name).take(this.now());
  }

  /** What `take` would answer; a name that is not known waits for nothing. */
  wait(name: string): number {
    return this.buckets.peek(name)?.wait(this.now()) ?? 0;
  }

  forget(name: string): void {
    this.buckets.delete(name);
  }
}
