/**
 * What the nodes of a cluster need between them: one table and channels, of which each node has its own two ways. It
 * may be away, late or emptied at any time, and what is told on it may be lost.
 *
 * Redis's form of it is redis.ts; a simulation has its own.
 */
import type { Listener } from './listener.js';

/** One node's way to the table and the channels. */
export interface Bus {
  /** Refuses at once while it is away. */
  readonly commands: TableClient;
  /** The way by which the node hears. */
  readonly listener: Pick<Listener, 'ready' | 'subscribe' | 'on' | 'onClose'>;
  close(): void;
}

/** The part of a Redis client that is used for the table and to tell. */
export interface TableClient {
  multi(): TableBatch;
  hset(key: string, field: string, value: string): Promise<unknown>;
  hdel(key: string, ...fields: string[]): Promise<unknown>;
  hgetall(key: string): Promise<Record<string, string>>;
  /** How many connections listen on each channel: its name, its count, and so on. */
  pubsub(question: 'NUMSUB', ...channels: string[]): Promise<unknown[]>;
  /** Says how many connections got it. */
  publish(channel: string, text: string): Promise<number>;
}

/** Commands that take effect at one moment. */
export interface TableBatch {
  hget(key: string, field: string): TableBatch;
  hset(key: string, field: string, value: string): TableBatch;
  hgetall(key: string): TableBatch;
  exec(): Promise<readonly (readonly [error: Error | null, result: unknown])[] | null>;
}
