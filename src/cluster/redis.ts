/** The way to the Redis that `REDIS_URL` names, one or a cluster, and what is said when there is none. */
import { readAddress, ADDRESS_RULE } from './address.js';
import type { Failed, RedisLinks } from './links.js';
import { openOne } from './one-redis.js';
import { openRedisCluster } from './redis-cluster.js';
import { RedisUnavailable } from './unavailable.js';

/** The first connection is given this long, ms. */
const CONNECT_WITHIN_MS = 10_000;

/** Connections that are being made. */
export interface Opening {
  /** Resolves when all stand; rejects when they cannot be what they are wanted for. */
  readonly ready: Promise<RedisLinks>;
  close(): void;
}

/** Connects. Throws {@link RedisUnavailable} when nobody answers, or one who cannot be used. */
export async function openRedis(url: string, failed: Failed): Promise<RedisLinks> {
  const address = readAddress(url);
  if (!address) throw new RedisUnavailable(`REDIS_URL: must be ${ADDRESS_RULE}`);
  let reason = 'nobody answers';
  const heard = (error: Error): void => {
    reason = error.message;
    failed(error);
  };
  const opening = 'one' in address ? openOne(address.one, heard) : openRedisCluster(address.cluster, heard);
  let late: NodeJS.Timeout | undefined;
  const waited = new Promise<never>((_, reject) => {
    late = setTimeout(() => {
      reject(new RedisUnavailable(`REDIS_URL: Redis cannot be reached: ${reason}`));
    }, CONNECT_WITHIN_MS);
  });
  try {
    return await Promise.race([opening.ready, waited]);
  } catch (error) {
    opening.close();
    throw error;
  } finally {
    clearTimeout(late);
  }
}
