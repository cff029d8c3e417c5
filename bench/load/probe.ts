/** Somebody who asks on and on, one command after the other or at a steady rate, and keeps the time of each answer. */
import { timesOf, type Times } from '../kit/times.js';

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
