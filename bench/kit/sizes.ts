/**
 * How large a run is. `full` is what docs/benchmarks.md shows, `large` adds a fleet of a million to the curve, `quick`
 * takes a minute or two, `tiny` only proves that every row runs.
 */
export interface Sizes {
  /** Measurements of each side, taken in turn. */
  readonly rounds: number;
  /** Load before each measurement, and the measurement itself, ms. */
  readonly warmMs: number;
  readonly measureMs: number;
  /** Sockets of the load, and commands that each of them waits for at a time. */
  readonly sockets: number;
  readonly inFlight: number;
  /** Actors of the wide row, and devices of the socket rows. */
  readonly actors: number;
  readonly devices: number;
  readonly followers: number;
  readonly idle: number;
  /** Idle devices at most, where as many are there as the machine takes; and those that come back all at once. */
  readonly connections: number;
  readonly storm: number;
  /** Devices of the large fleet. */
  readonly many: number;
  /** Devices of the fleets of the curve, from the smallest on. */
  readonly fleets: readonly number[];
}

const full = {
  rounds: 5,
  warmMs: 1_000,
  measureMs: 3_000,
  sockets: 64,
  inFlight: 16,
  actors: 1_000,
  devices: 256,
  followers: 1_000,
  idle: 10_000,
  connections: 100_000,
  storm: 10_000,
  many: 100_000,
  fleets: [1_000, 10_000, 100_000],
};

export const sizes = {
  full,
  large: { ...full, fleets: [...full.fleets, 1_000_000] },
  quick: {
    rounds: 2,
    warmMs: 300,
    measureMs: 400,
    sockets: 64,
    inFlight: 16,
    actors: 1_000,
    devices: 64,
    followers: 1_000,
    idle: 1_500,
    connections: 4_000,
    storm: 4_000,
    many: 2_000,
    fleets: [1_000, 2_000],
  },
  tiny: {
    rounds: 1,
    warmMs: 20,
    measureMs: 60,
    sockets: 4,
    inFlight: 4,
    actors: 8,
    devices: 8,
    followers: 20,
    idle: 20,
    connections: 16,
    storm: 16,
    many: 16,
    fleets: [8, 16],
  },
} as const satisfies Record<string, Sizes>;

export type SizeName = keyof typeof sizes;
