/**
 * Keeps a number of chains busy: each does one thing after the other, so as many things are under way as there are
 * chains. What is done within the measured time is counted.
 */

export interface Rate {
  readonly perSecond: number;
  /** ms that the measurement took. */
  readonly ms: number;
  readonly count: number;
}

/** How often a chain's step counts: it may be several commands. */
type Step = (chain: number, step: number) => Promise<number>;

export class Chains {
  private steps = 0;

  constructor(
    private readonly count: number,
    private readonly step: Step,
  ) {}

  /** Runs all chains for a while, then counts for a while, then lets them come to their end. */
  async run(warmMs: number, measureMs: number): Promise<Rate> {
    let done = 0;
    let going = true;
    const chain = async (number: number): Promise<void> => {
      while (going) {
        // A step may use as many numbers as it counts; no two of them ever use the same.
        this.steps += LONGEST;
        const count = await this.step(number, this.steps);
        done += count;
      }
    };
    const all = Promise.all(Array.from({ length: this.count }, (_, number) => chain(number)));
    const failed = all.then(() => undefined);
    await Promise.race([pause(warmMs), failed]);
    const [began, before] = [performance.now(), done];
    await Promise.race([pause(measureMs), failed]);
    const [ms, count] = [performance.now() - began, done - before];
    going = false;
    await all;
    return { perSecond: (count / ms) * 1_000, ms, count };
  }
}

/** Commands of one step, at most. */
const LONGEST = 4;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
