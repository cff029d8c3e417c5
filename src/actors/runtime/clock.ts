/**
 * Ports for time, randomness and ids: the only way by which any of them enters the engine (R1), so
 * that a simulation can hold them all in its hand.
 */
import { randomInt } from 'node:crypto';

import { nanoid } from 'nanoid';

export interface Clock {
  /** ms UTC. */
  now(): number;
  /** Runs `run` once, not before `ms` have passed. Returns the way to cancel it. */
  after(ms: number, run: () => void): () => void;
  /** Runs `run` once what is at hand has been taken in. */
  soon(run: () => void): void;
}

export interface Chance {
  /** Uniform in [0, 1). */
  random(): number;
  /** A fresh id, safe in urls and actor keys. */
  id(): string;
}

/** setTimeout fires at once above this. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The machine's clock. Its timers do not keep a process alive: the gateway's sockets do. */
export const systemClock: Clock = {
  now: Date.now,
  after(ms, run) {
    const timer = setTimeout(run, Math.min(Math.max(ms, 0), LONGEST_TIMER));
    timer.unref();
    return () => {
      clearTimeout(timer);
    };
  },
  soon: setImmediate,
};

const RESOLUTION = 2 ** 32;
/** Characters of an id: 96 bits. */
const ID_LENGTH = 16;

/** The machine's randomness. */
export const systemChance: Chance = {
  random: () => randomInt(RESOLUTION) / RESOLUTION,
  id: () => nanoid(ID_LENGTH),
};
