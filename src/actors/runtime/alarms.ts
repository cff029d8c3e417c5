/**
 * One timer for all activations: each has at most one alarm that counts, the earliest; the clock is
 * asked for the next one only. An alarm that was moved stays in the queue and rings for nothing.
 */
import TinyQueue from 'tinyqueue';

import type { Clock } from './clock.js';

/**
 * The clock is looked at as often, ms: one that is put right while a timer runs must not leave it waiting for what was
 * wrong.
 */
const LONGEST_MS = 10_000;

interface Alarm<K> {
  readonly at: number;
  readonly key: K;
}

export class Alarms<K> {
  private readonly queue = new TinyQueue<Alarm<K>>([], (a, b) => a.at - b.at);
  private readonly next = new Map<K, number>();
  private armed = Infinity;
  private disarm: () => void = () => undefined;

  constructor(
    private readonly clock: Clock,
    private readonly ring: (key: K) => void,
  ) {}

  /** Rings for `key` at `at`, ms UTC, or at an earlier time asked before. */
  set(key: K, at: number): void {
    if (at === Infinity || at >= (this.next.get(key) ?? Infinity)) return;
    this.next.set(key, at);
    this.queue.push({ at, key });
    this.arm();
  }

  clear(key: K): void {
    this.next.delete(key);
  }

  stop(): void {
    this.disarm();
    this.next.clear();
  }

  private arm(): void {
    const first = this.queue.peek();
    if (!first || first.at >= this.armed) return;
    this.disarm();
    this.armed = first.at;
    this.disarm = this.clock.after(Math.min(first.at - this.clock.now(), LONGEST_MS), () => {
      this.fire();
    });
  }

  private fire(): void {
    this.armed = Infinity;
    const now = this.clock.now();
    for (let first = this.queue.peek(); first && first.at <= now; first = this.queue.peek()) {
      this.queue.pop();
      if (this.next.get(first.key) !== first.at) continue;
      this.next.delete(first.key);
      this.ring(first.key);
    }
    this.arm();
  }
}
