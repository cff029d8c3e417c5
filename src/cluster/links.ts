/** The connections to Redis, of whichever kind, and what all of them have in common. */
import type { RedisOptions } from 'ioredis';

import type { Bus, TableClient } from './bus.js';
import type { Ear, Listener } from './listener.js';

/** Commands and publishing: an error at once while Redis is away. */
export interface Commands extends TableClient {
  publish(channel: string, text: string | Buffer): Promise<number>;
}

export interface RedisLinks extends Bus {
  readonly commands: Commands;
  /** What this node is sent. */
  readonly listener: Listener;
  /**
   * How pushes travel: by patterns over one connection of its own, or by a channel for each stream that is followed.
   */
  readonly pushes:
    { readonly by: 'pattern'; readonly ear: Ear } | { readonly by: 'stream'; readonly listener: Listener };
}

/** Hears what goes wrong on connections, which mend themselves. */
export type Failed = (error: Error) => void;

/** A command without an answer for this long has failed, ms. */
export const ANSWER_WITHIN_MS = 1_000;
/** Pauses between tries to come back, ms. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 500;

/** The pause before a try to come back, ms: spread, so that a Redis that comes back is not met by all at once. */
export function pauseBefore(tries: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2);
}

/** Of every connection. */
export const common = {
  lazyConnect: true,
  connectTimeout: 2_000,
  keepAlive: 10_000,
  autoResubscribe: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: null,
} as const satisfies RedisOptions;
