/**
 * Time in a test's hand: nothing moves but by `advance`, and everything that is due runs in the
 * order of its time. Between two events all promises that can settle do.
 */
import TinyQueue from 'tinyqueue';

import type { Chance, Clock } from '../../src/actors/runtime/clock.js';

interface Event {
  readonly at: number;
  readonly order: number;
  run: (() => void) | undefined;
}

/** The process's own loop gets a turn each so many times that promises are settled. */
const TURN_EVERY = 16;

/** Noon in Shanghai. */
const START = Date.UTC(2026, 10, 21, 4);

export class VirtualClock implements Clock {
  private readonly queue = new TinyQueue<Event>([], (a, b) => a.at - b.at || a.order - b.order);
  private elapsed = 0;
  private skew = 0;
  private count = 0;
  private settlings = 0;

  constructor(private readonly start = START) {}

  now(): number {
    return Math.floor(this.start + this.elapsed + this.skew);
  }

  after(ms: number, run: () => void): () => void {
    const event: Event = { at: this.elapsed + Math.max(ms, 0), order: this.count++, run };
    this.queue.push(event);
    return () => {
      event.run = undefined;
    };
  }

  soon(run: () => void): void {
    this.after(0, run);
  }

  /** The wall clock is set, forward or back; timers are not moved by it. */
  jump(ms: number): void {
    this.skew += ms;
  }

  /** ms until something is due; Infinity: nothing ever is. */
  get next(): number {
    for (let first = this.queue.peek(); first; first = this.queue.peek()) {
      if (first.run) return Math.max(0, first.at - this.elapsed);
      this.queue.pop();
    }
    return Infinity;
  }

  /** Runs all that is due within the next `ms`. */
  async advance(ms = 0): Promise<void> {
    const until = this.elapsed + ms;
    await this.settled();
    for (let next = this.queue.peek(); next && next.at <= until; next = this.queue.peek()) {
      this.queue.pop();
      this.elapsed = Math.max(this.elapsed, next.at);
      if (!next.run) continue;
      next.run();
      await this.settled();
    }
    this.elapsed = until;
  }

  /** Runs until `done` says so. Throws when that takes longer than `longestMs` of virtual time. */
  async until(done: () => boolean, longestMs = 3_600_000): Promise<void> {
    const limit = this.elapsed + longestMs;
    await this.settled();
    while (!done()) {
      const next = this.queue.pop();
      if (!next || next.at > limit) throw new Error(`nothing came of it within ${longestMs} ms`);
      this.elapsed = Math.max(this.elapsed, next.at);
      if (!next.run) continue;
      next.run();
      await this.settled();
    }
  }

  /** Settles a promise by running what it waits for. */
  async settle<T>(promise: Promise<T>, longestMs?: number): Promise<T> {
    let done = false;
    const mark = (): void => {
      done = true;
    };
    promise.then(mark, mark);
    await this.until(() => done, longestMs);
    return promise;
  }

  /**
   * All promises that can settle have: a tick is run when no microtask is left. The loop's turn, which tells of
   * rejections that nobody handles, costs several times that, so it comes now and then.
   */
  private settled(): Promise<void> {
    const turn = ++this.settlings % TURN_EVERY === 0;
    return new Promise((resolve) => {
      if (turn) setImmediate(resolve);
      else process.nextTick(resolve);
    });
  }
}

/** Uniform in [0, 1) from a seed: mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Ids and random numbers from a seed. */
export function seededChance(random: () => number): Chance {
  return {
    random,
    id: () =>
      Math.floor(random() * 2 ** 48)
        .toString(36)
        .padStart(10, '0'),
  };
}
