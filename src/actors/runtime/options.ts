/**
 * What a system is made of, and the numbers that bound it.
 */
import type { Store, StoreFailed } from '../../store/ports.js';
import { systemChance, systemClock, type Chance, type Clock } from './clock.js';
import type { AnyDefinition } from './definition.js';
import type { Effects } from './effects.js';
import { allShards, noTransport, type Placement, type Transport } from './node.js';
import { noMeters, type Meters, type Problem } from './problems.js';

export interface Limits {
  /** Commands that may wait before one actor; twice that with messages of other actors (R8). */
  readonly mailbox: number;
  /** Commands of clients that the node works on at a time (R8). */
  readonly asks: number;
  /** Rows that may wait for the views before the node takes no new commands of clients (R8). */
  readonly rows: number;
  /** Pasts read at a time. */
  readonly loading: number;
  /** Activations that may wait for their past. */
  readonly waitingToLoad: number;
  /** Idle actors in memory. */
  readonly active: number;
  /** Characters of idle state in memory. */
  readonly activeSize: number;
  /** Whoever was not used for so long leaves memory, ms. */
  readonly idleMs: number;
  /** Command ids that an actor knows by heart; a repeat of an older one is met at the store (ENGINE 12). */
  readonly recentIds: number;
  /** Entries in one flush. */
  readonly batch: number;
  /** Pause before an unknown batch is sent again, ms; and how long it may stay unknown. */
  readonly flushAgainMs: number;
  readonly flushGiveUpMs: number;
  /** Retries of messages: first and longest pause, silence that counts as loss, ms; tries. */
  readonly retryFirstMs: number;
  readonly retryLongestMs: number;
  readonly retrySilenceMs: number;
  readonly retryAttempts: number;
  /** How often memory is looked after, and due markers are looked for, ms. */
  readonly keeperMs: number;
  readonly wakeMs: number;
}

export const defaultLimits: Limits = {
  mailbox: 4096,
  asks: 65_536,
  rows: 100_000,
  loading: 64,
  waitingToLoad: 20_000,
  active: 20_000,
  activeSize: 128 * 1024 * 1024,
  idleMs: 900_000,
  recentIds: 64,
  batch: 2048,
  flushAgainMs: 100,
  flushGiveUpMs: 30_000,
  retryFirstMs: 100,
  retryLongestMs: 30_000,
  retrySilenceMs: 10_000,
  retryAttempts: 20,
  keeperMs: 1000,
  wakeMs: 1000,
};

export interface SystemOptions {
  readonly store: Store;
  readonly definitions: readonly AnyDefinition[];
  /** The store failed for good (ENGINE 2): nothing more is acknowledged, the process must end. */
  readonly failed: (error: StoreFailed) => void;
  readonly effects?: Effects;
  readonly clock?: Clock;
  readonly chance?: Chance;
  readonly placement?: Placement;
  readonly transport?: Transport;
  readonly meters?: Meters;
  readonly report?: (problem: Problem) => void;
  readonly limits?: Partial<Limits>;
  /**
   * Breaks ENGINE 6 on purpose: what the store has no word on is decided again, in its place. The simulation
   * sets it, to prove that it would notice; nothing else does.
   */
  readonly decideInPlace?: boolean;
  /** Freezes what was decided: definitions that alter it afterwards fail. For tests. */
  readonly strict?: boolean;
}

/** Options with everything that was left out. */
export function complete(options: SystemOptions) {
  return {
    effects: {},
    clock: systemClock,
    chance: systemChance,
    placement: allShards,
    transport: noTransport,
    meters: noMeters,
    report: () => undefined,
    strict: false,
    decideInPlace: false,
    ...options,
    limits: { ...defaultLimits, ...options.limits },
  };
}
