/**
 * What is wrong with the machine under a node, for whoever runs it: told once in the log, and at `/health` for as long
 * as it stands and a while after.
 *
 * Boundary: it watches and tells. The node goes on as well as it can; who must wait hears it from the part that
 * refuses.
 */
import { performance } from 'node:perf_hooks';

import type { Log } from '../gateway/log.js';
import { complaints } from './complaints.js';

/** Between two looks, ms. */
const LOOK_MS = 250;
/** A process that came so late to its look stood still, ms. */
const STILL_MS = 1_000;
/** Whoever had so much of the time to work was kept by his work; of a busy machine nobody gets all. */
const WORKED = 0.25;
/** A clock that went so much otherwise than time was set, ms. */
const SET_MS = 1_000;
/** Entries that are so far ahead of the clock were made by another one, ms. */
const BEHIND_MS = 5_000;
/** What happened is told for so long, ms. */
const TOLD_MS = 60_000;

/** What is looked at. */
export interface VitalPorts {
  /** Time that nobody sets, ms. */
  readonly steady: () => number;
  /** The machine's clock, ms UTC. */
  readonly clock: () => number;
  /** Processor time of this process, ms. */
  readonly worked: () => number;
  /** How far actors' own times were ahead of the clock since it was asked before, at most, ms (ENGINE 13). */
  readonly behind: () => number;
  /** What stands at this moment, each by a name of its own. */
  readonly standing: () => ReadonlyMap<string, string>;
  readonly log: Pick<Log, 'warn'>;
}

/** This process and its machine. */
export const machine: Pick<VitalPorts, 'steady' | 'clock' | 'worked'> = {
  steady: () => performance.now(),
  clock: Date.now,
  worked: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};

/** One look at everything. */
interface Look {
  readonly steady: number;
  readonly clock: number;
  readonly worked: number;
}

export class Vitals {
  /** By name: what is told, and until when by the steady time. */
  private readonly told = new Map<string, { readonly text: string; readonly until: number }>();
  private last: Look;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly ports: VitalPorts) {
    this.last = this.see();
    this.timer = setInterval(() => {
      this.look();
    }, LOOK_MS).unref();
  }

  /** One line each; none when all is well. */
  get complaints(): readonly string[] {
    return [...this.told.values()].map(({ text }) => text);
  }

  close(): void {
    clearInterval(this.timer);
  }

  /** Looks at everything once. */
  look(): void {
    const { last } = this;
    const now = this.see();
    this.last = now;
    for (const [name, { until }] of this.told) if (until <= now.steady) this.told.delete(name);
    const passed = now.steady - last.steady;
    const late = passed - LOOK_MS;
    const worked = now.worked - last.worked;
    if (late > STILL_MS) {
      const own = worked > late * WORKED;
      this.tell('still', own ? complaints.ownWork(seconds(late)) : complaints.others(seconds(late), seconds(worked)));
    }
    const set = now.clock - last.clock - passed;
    if (Math.abs(set) > SET_MS) {
      const by = seconds(Math.abs(set));
      this.tell('clock', set < 0 ? complaints.setBack(by) : complaints.setForward(by));
    }
    const behind = this.ports.behind();
    if (behind > BEHIND_MS) {
      this.stands('behind', complaints.behind(seconds(behind)));
    }
    for (const [name, text] of this.ports.standing()) this.stands(name, text);
  }

  private see(): Look {
    const { steady, clock, worked } = this.ports;
    return { steady: steady(), clock: clock(), worked: worked() };
  }

  /** It has happened: the log hears of it each time. */
  private tell(name: string, text: string): void {
    this.told.set(name, { text, until: this.last.steady + TOLD_MS });
    this.ports.log.warn(text);
  }

  /** It is so, look after look: the log hears of it once. */
  private stands(name: string, text: string): void {
    if (this.told.has(name)) this.told.set(name, { text, until: this.last.steady + TOLD_MS });
    else this.tell(name, text);
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
