/**
 * The socket.io adapters for Redis, and what they stand on: a pattern that matches every room, where Redis is one; a
 * channel for each room that somebody is in, at the master that has its slot, where Redis is a cluster.
 */
import { createAdapter, createShardedAdapter } from '@socket.io/redis-adapter';

import type { RedisLinks } from './links.js';
import type { Ear, Listener } from './listener.js';

export interface RoomsOptions {
  /** Names the cluster. */
  readonly prefix: string;
  /** Something was told that may not have been heard. */
  readonly lost: () => void;
}

/** Rooms over Redis. */
export interface Rooms {
  /** For a socket.io server. */
  readonly adapter: ReturnType<typeof createAdapter> | ReturnType<typeof createShardedAdapter>;
  /**
   * Resolves when what is told from then on in the room that was entered last is heard, or cannot be heard now:
   * when it can be, {@link onBack} tells.
   */
  heard(): Promise<void>;
  /** Told when it hears again after a break. */
  onBack(listener: () => void): void;
}

type Publish = (channel: string, text: string | Buffer) => Promise<unknown>;

export function openRooms({ commands, pushes }: Pick<RedisLinks, 'commands' | 'pushes'>, options: RoomsOptions): Rooms {
  // The adapters do not hear what becomes of their commands: without this an error would end the process.
  const publish: Publish = (channel, text) => commands.publish(channel, text).catch(options.lost);
  return pushes.by === 'pattern'
    ? byPattern(publish, pushes.ear, options.prefix)
    : byStream(publish, pushes.listener, options.prefix);
}

const ended = (): undefined => undefined;

function byPattern(publish: Publish, ear: Ear, prefix: string): Rooms {
  const publisher = { publish, on: ended };
  const subscriber = {
    psubscribe: (pattern: string) => void ear.psubscribe(pattern).catch(ended),
    subscribe: (channels: readonly string[]) => void ear.subscribe(channels).catch(ended),
    on: (event: string, hear: (...told: never[]) => void) => {
      ear.on(event, hear);
    },
  };
  return {
    adapter: createAdapter(publisher, subscriber, { key: `${prefix}:io` }),
    heard: () => Promise.resolve(),
    onBack: (listener) => {
      ear.onBack(listener);
    },
  };
}

function byStream(publish: Publish, listener: Listener, prefix: string): Rooms {
  let entered: Promise<void> = Promise.resolve();
  const subscriber = {
    ssubscribe: (channel: string) => {
      entered = listener.subscribe([channel]).catch(ended);
    },
    sunsubscribe: (channel: string) => {
      listener.unsubscribe(channel);
    },
    on: (event: 'smessageBuffer', hear: (channel: Buffer, text: Buffer) => void) => {
      listener.on(event.slice(1), hear);
    },
  };
  const publisher = { spublish: publish };
  // "Private" rooms are for it those named as a socket is; a stream's name may look like that.
  const options = { channelPrefix: `${prefix}:io`, subscriptionMode: 'dynamic-private' } as const;
  return {
    adapter: createShardedAdapter(publisher, subscriber, options),
    heard: () => entered,
    onBack: (back) => {
      listener.onBack(back);
    },
  };
}
