/**
 * Keeps a number of chains busy: each does one thing after the other, so as many things are under way as there are
 * chains. What is done within the measured time is counted.
 */

export interface Rate {
  readonly perSecond: number;
  /** ms that the measurement took. */
  readonly ms: number;
  readonly count: number;
  /** Counted in the whole run: before, within and after the measured time. */
  readonly all: number;
}

/** Does one thing, and says how often it counts. `step` and the three numbers behind it are its own. */
type Step = (chain: number, step: number) => Promise<number>;

export class Chains {
  /** Counted over all runs of the process, so that no number, and no id made of it, comes twice. */
  private static steps = 0;

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
        Chains.steps += LONGEST;
        const count = await this.step(number, Chains.steps);
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
    return { perSecond: (count / ms) * 1_000, ms, count, all: done };
  }
}

/** Numbers that one step may use. */
const LONGEST = 4;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
