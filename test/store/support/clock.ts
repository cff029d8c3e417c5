import type { Random, SimulatedClock } from '../../../src/store/simulated/index.js';

/** A clock that jumps to the next thing to do as soon as all that is under way has settled. */
export class JumpingClock implements SimulatedClock {
  private time = 0;
  private order = 0;
  private waiting: { readonly at: number; readonly order: number; readonly fn: () => void }[] = [];
  private running = false;

  now(): number {
    return this.time;
  }

  after(ms: number, fn: () => void): void {
    this.waiting.push({ at: this.time + ms, order: (this.order += 1), fn });
    if (this.running) return;
    this.running = true;
    setImmediate(() => {
      this.step();
    });
  }

  private step(): void {
    const next = this.waiting.sort((a, b) => a.at - b.at || a.order - b.order).shift();
    if (!next) {
      this.running = false;
      return;
    }
    this.time = next.at;
    next.fn();
    setImmediate(() => {
      this.step();
    });
  }
}

/** A small generator of uniform numbers (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
