/** One Redis: a connection for commands, one that hears what this node is sent, and one that hears pushes. */
import { Redis } from 'ioredis';

import { ANSWER_WITHIN_MS, common, pauseBefore, type Failed } from './links.js';
import { Ear } from './listener.js';
import type { Opening } from './redis.js';
import { RedisUnavailable } from './unavailable.js';

/** Connects; each connection comes back by itself. */
export function openOne(url: string, failed: Failed): Opening {
  const options = { ...common, retryStrategy: pauseBefore };
  const commands = new Redis(url, { ...options, enableOfflineQueue: false, commandTimeout: ANSWER_WITHIN_MS });
  const [listening, pushed] = [new Redis(url, options), new Redis(url, options)];
  const links = [commands, listening, pushed];
  for (const link of links) link.on('error', failed);
  const close = (): void => {
    for (const link of links) link.disconnect();
  };
  const open = async () => {
    await Promise.all(links.map((link) => ready(link)));
    await refuseMember(commands);
    const [listener, ear] = [new Ear(listening), new Ear(pushed)];
    return { commands, listener, pushes: { by: 'pattern', ear } as const, close };
  };
  return { ready: open(), close };
}

function ready(link: Redis): Promise<void> {
  return new Promise((resolve) => {
    link.once('ready', resolve);
    // The first try may fail; the next ones are the retry strategy's.
    link.connect().catch(() => undefined);
  });
}

/** A single connection to a member of a cluster would reach the channels of its own slots, and no others. */
async function refuseMember(commands: Redis): Promise<void> {
  // Whoever may not ask is not refused.
  const about = await commands.info('cluster').catch(() => '');
  if (/^cluster_enabled:1\s*$/m.test(about))
    throw new RedisUnavailable('REDIS_URL: must be redis-cluster://host:6379 where Redis is a cluster');
}
