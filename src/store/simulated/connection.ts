/**
 * The way between one incarnation of a node and the simulated store. A request takes effect when it
 * arrives and is answered later; between the two anything may happen. After a crash nobody hears
 * anything any more, and of the writes that were on their way some still arrive.
 */
import type { Random, SimulatedClock } from './clock.js';
import type { Faults } from './faults.js';

/** One way of a request, ms. */
const WAY = { from: 0.2, to: 3 };
/** One way of a request that is late, ms. */
const LATE_WAY = { from: 20, to: 3000 };

/** What a connection rests on. */
export interface World {
  readonly clock: SimulatedClock;
  readonly random: Random;
  readonly faults: Faults;
}

interface Underway {
  cancelled: boolean;
}

export class Connection {
  private readonly world: World;
  private readonly writes = new Set<Underway>();
  private state: 'open' | 'closed' | 'crashed' = 'open';

  constructor(world: World) {
    this.world = world;
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

  /** Something that happens to the store after a long while, whatever becomes of this node. */
  later(effect: () => void): void {
    if (this.state === 'open') this.world.clock.after(this.way(true), effect);
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
      clock.after(this.way(late), () => {
        if (underway === undefined ? this.state === 'crashed' : underway.cancelled) return;
        if (underway) this.writes.delete(underway);
        const answer = attempt(effect, resolve, reject);
        clock.after(this.way(late), () => {
          if (this.state !== 'crashed') answer();
        });
      });
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
