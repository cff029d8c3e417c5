/** Somebody who asks on and on, one command after the other or at a steady rate, and keeps the time of each answer. */

export interface Times {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly longestMs: number;
}

/** Asks once; `step` is a number of its own. */
type Ask = (step: number) => Promise<unknown>;

export class Probe {
  private readonly times: number[] = [];
  private going = true;
  private readonly asking: Promise<void>;
  private static steps = 0;

  /** Begins to ask: `everyMs` after the last question began, or when it is answered, whichever is later. */
  constructor(ask: Ask, everyMs = 0) {
    this.asking = this.run(ask, everyMs);
    // Told by `end`; until then nobody waits for it.
    this.asking.catch(() => undefined);
  }

  /** Asks no more; the times of what was asked. */
  async end(): Promise<Times> {
    this.going = false;
    await this.asking;
    return timesOf(this.times);
  }

  private async run(ask: Ask, everyMs: number): Promise<void> {
    while (this.going) {
      const began = performance.now();
      await ask(Probe.steps++);
      const took = performance.now() - began;
      this.times.push(took);
      if (took < everyMs) await new Promise((resolve) => setTimeout(resolve, everyMs - took));
    }
  }
}

/** What is told of times, ms. */
export function timesOf(times: readonly number[]): Times {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { count: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), longestMs: sorted.at(-1) ?? 0 };
}
