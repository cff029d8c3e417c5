/**
 * Keeps a number of chains busy: each does one thing after the other, so as many things are under way as there are
 * chains. What is done within the measured time is counted.
 */
import { timesOf } from '../kit/times.js';

export interface Rate {
  readonly perSecond: number;
  /** ms that the measurement took. */
  readonly ms: number;
  readonly count: number;
  /** Counted in the whole run: before, within and after the measured time. */
  readonly all: number;
  /** ms that all but the slowest in a hundred took of the steps that ended in the measured time; 0 where none ended. */
  readonly p99Ms: number;
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
    const under = this.begin();
    await under.for(warmMs);
    const [began, before] = [performance.now(), under.done];
    under.times = [];
    await under.for(measureMs);
    const [ms, count, times] = [performance.now() - began, under.done - before, under.times];
    under.times = [];
    await under.end();
    return { ...rateOf(count, ms, times), all: under.done };
  }

  /**
   * Begins new steps for a while, and counts until all have come to their end. For steps of which many end at once and
   * none for long, as they do behind one lock: a span in between would hold any number of them.
   */
  async whole(forMs: number): Promise<Rate> {
    const began = performance.now();
    const under = this.begin();
    await under.for(forMs);
    await under.end();
    return { ...rateOf(under.done, performance.now() - began, under.times), all: under.done };
  }

  private begin(): UnderWay {
    let going = true;
    const chain = async (number: number): Promise<void> => {
      while (going) {
        Chains.steps += LONGEST;
        const from = performance.now();
        const count = await this.step(number, Chains.steps);
        under.times.push(performance.now() - from);
        under.done += count;
      }
    };
    const under: UnderWay = {
      done: 0,
      times: [],
      for: (ms) => Promise.race([pause(ms), failed]),
      end: () => {
        going = false;
        return failed;
      },
    };
    const failed = Promise.all(Array.from({ length: this.count }, (_, number) => chain(number))).then(() => undefined);
    return under;
  }
}

/** Chains that run. */
interface UnderWay {
  /** Counted so far. */
  done: number;
  /** ms that each step took that ended; whoever measures begins a new list. */
  times: number[];
  /** Lets them run so long; rejects when one fails. */
  for(ms: number): Promise<void>;
  /** Begins no more steps; resolves when all have ended. */
  end(): Promise<void>;
}

function rateOf(count: number, ms: number, times: readonly number[]): Omit<Rate, 'all'> {
  return { perSecond: (count / ms) * 1_000, ms, count, p99Ms: timesOf(times).p99Ms };
}

/** Numbers that one step may use. */
export const LONGEST = 4;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
