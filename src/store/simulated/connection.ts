/**
 * The way between one incarnation of a node and the simulated store. A request takes effect when it
 * arrives and is answered later; between the two anything may happen. After a crash nobody hears
 * anything any more, and of the writes that were on their way some still arrive. While the way is
 * cut, what is asked does not arrive, or is done and not answered; whoever waits is told so in the end.
 */
import type { Random, SimulatedClock } from './clock.js';
import type { Faults } from './faults.js';
import type { Majority } from './majority.js';

/** One way of a request, ms. */
const WAY = { from: 0.2, to: 3 };
/** One way of a request that is late, ms. */
const LATE_WAY = { from: 20, to: 3000 };
/** A request that is not answered for this long has failed, ms. */
const SILENCE_MS = 2000;

/** What a connection rests on. */
export interface World {
  readonly clock: SimulatedClock;
  readonly random: Random;
  readonly faults: Faults;
  readonly majority: Majority;
  /** It runs on servers of its own: what is on its way there outlives the node. */
  readonly apart: boolean;
}

/** Which ways are cut: what is asked does not arrive, what is answered does not come back. */
export interface Cut {
  readonly asks: boolean;
  readonly answers: boolean;
}

const WHOLE: Cut = { asks: false, answers: false };

interface Underway {
  cancelled: boolean;
}

export class Connection {
  private readonly world: World;
  private readonly hearing: SimulatedClock;
  private readonly writes = new Set<Underway>();
  private state: 'open' | 'closed' | 'crashed' = 'open';
  private broken = WHOLE;

  /** `hearing`: the node's own clock, by which it hears answers. */
  constructor(world: World, hearing: SimulatedClock) {
    this.world = world;
    this.hearing = hearing;
  }

  /** Asks the store. Rejects with what `effect` throws; never settles when its node crashes before. */
  read<T>(effect: () => T, late = this.world.faults.ofRead()): Promise<T> {
    return this.ask(effect, late);
  }

  /** Changes the store. */
  write<T>(effect: () => T, late = false): Promise<T> {
    const underway: Underway = { cancelled: false };
    if (this.state === 'open') this.writes.add(underway);
    return this.ask(effect, late, underway);
  }

  /**
   * Changes what is lazy: while no majority is there nobody hears that it was done. In a node's own database none of it
   * comes behind a crash, which may have lost what was to stand ahead of it.
   */
  lazy(effect: () => void): Promise<void> {
    return this.write(() => {
      if (this.state !== 'crashed' || this.world.apart) this.world.majority.lazily(effect);
    });
  }

  /** Something that happens to the store after a long while, whatever becomes of this node. */
  later(effect: () => void): void {
    if (this.state === 'open') this.world.clock.after(this.way(true), effect);
  }

  cut(broken: Cut): void {
    this.broken = broken;
  }

  mend(): void {
    this.broken = WHOLE;
  }

  close(): void {
    if (this.state === 'open') this.state = 'closed';
  }

  crash(): void {
    this.state = 'crashed';
    for (const underway of this.writes) {
      underway.cancelled = this.world.random() < 0.5;
      this.world.faults.count(underway.cancelled ? 'crashedWrite' : 'orphanedWrite');
    }
    this.writes.clear();
  }

  private ask<T>(effect: () => T, late: boolean, underway?: Underway): Promise<T> {
    if (this.state === 'closed') return Promise.reject(new Error('the store is closed'));
    const { clock } = this.world;
    return new Promise<T>((resolve, reject) => {
      if (this.state === 'crashed') return;
      const silent = (): void => {
        this.tell(SILENCE_MS, () => {
          reject(new Error('the store does not answer'));
        });
      };
      if (this.broken.asks) {
        if (underway) this.writes.delete(underway);
        silent();
        return;
      }
      clock.after(this.way(late), () => {
        if (underway === undefined ? this.state === 'crashed' : underway.cancelled) return;
        if (underway) this.writes.delete(underway);
        const answer = attempt(effect, resolve, reject);
        if (this.broken.answers) silent();
        else this.tell(this.way(late), answer);
      });
    });
  }

  private tell(ms: number, answer: () => void): void {
    this.hearing.after(ms, () => {
      if (this.state !== 'crashed') answer();
    });
  }

  private way(late: boolean): number {
    const { from, to } = late ? LATE_WAY : WAY;
    return from + this.world.random() * (to - from);
  }
}

/** Runs `effect`, and returns the way to tell how it went. */
function attempt<T>(effect: () => T, resolve: (value: T) => void, reject: (error: Error) => void): () => void {
  try {
    const value = effect();
    return () => {
      resolve(value);
    };
  } catch (error) {
    return () => {
      reject(error instanceof Error ? error : new Error(String(error)));
    };
  }
}
