/**
 * The connections to Redis: one for commands, which refuses at once while Redis is away, and as many as are asked for
 * that listen. Each comes back by itself.
 */
import { Redis, type RedisOptions } from 'ioredis';

import { Listener } from './listener.js';
import { RedisUnavailable } from './unavailable.js';

export interface RedisLinks {
  /** Commands and publishing: an error at once while Redis is away. */
  readonly commands: Redis;
  /** A connection that listens. */
  readonly listener: Listener;
  /** One more of those. */
  another(): Listener;
  close(): void;
}

/** A command without an answer for this long has failed, ms. */
const ANSWER_WITHIN_MS = 1_000;
/** The first connection is given this long, ms. */
const CONNECT_WITHIN_MS = 10_000;
/** Pauses between tries to come back, ms. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 500;

const common: RedisOptions = {
  lazyConnect: true,
  connectTimeout: 2_000,
  keepAlive: 10_000,
  autoResubscribe: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: null,
  // Spread, so that a Redis that comes back is not met by all at once.
  retryStrategy: (tries) => Math.min(FIRST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2),
};

/** Connects. Throws {@link RedisUnavailable} when nobody answers. */
export async function openRedis(url: string, failed: (error: Error) => void): Promise<RedisLinks> {
  const commands = new Redis(url, {
    ...common,
    enableOfflineQueue: false,
    commandTimeout: ANSWER_WITHIN_MS,
  });
  const listening = new Redis(url, common);
  const links = [commands, listening];
  const close = (): void => {
    for (const link of links) link.disconnect();
  };
  let reason = 'nobody answers';
  for (const link of links)
    link.on('error', (error: Error) => {
      reason = error.message;
      failed(error);
    });
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => {
      reject(new RedisUnavailable(`REDIS_URL: Redis cannot be reached: ${reason}`));
    }, CONNECT_WITHIN_MS).unref();
  });
  try {
    await Promise.race([Promise.all(links.map((link) => ready(link))), late]);
  } catch (error) {
    close();
    throw error;
  }
  const another = (): Listener => {
    const link = new Redis(url, { ...common, lazyConnect: false });
    link.on('error', failed);
    links.push(link);
    return new Listener(link);
  };
  return { commands, listener: new Listener(listening), another, close };
}

function ready(link: Redis): Promise<void> {
  return new Promise((resolve) => {
    link.once('ready', resolve);
    // The first try may fail; the next ones are the retry strategy's.
    link.connect().catch(() => undefined);
  });
}
