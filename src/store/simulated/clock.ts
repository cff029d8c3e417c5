/** The time of a simulation: it moves when the simulation says so. */
export interface SimulatedClock {
  /** ms UTC. */
  now(): number;
  /** Calls `fn` once, `ms` from now. */
  after(ms: number, fn: () => void): void;
}

/** Uniform in [0, 1), from the simulation's seed. */
export type Random = () => number;
