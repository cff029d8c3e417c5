/**
 * A Redis cluster of version 7 or newer: ioredis's `Cluster` finds the way of each command, and channels are sharded:
 * each is told and heard at the master that has its slot, so that what nodes tell each other is spread over the
 * masters.
 *
 * Only one key is ever touched, the node table, and every channel is asked about at its own master, so no command spans
 * slots.
 */
import { Cluster, Command, Redis, type RedisOptions } from 'ioredis';

import type { ClusterAddress } from './address.js';
import { ANSWER_WITHIN_MS, common, pauseBefore, type Commands, type Failed } from './links.js';
import type { Opening } from './redis.js';
import { ShardedListener, type Topology } from './sharded-listener.js';
import { RedisUnavailable } from './unavailable.js';

/** How often it is asked which master has which slots, beside whenever one of them says that it has not, ms. */
const REFRESH_MS = 1_000;
/**
 * A command that meets a master that has gone, or a slot that moves, is tried again this often, after this long, ms.
 */
const TRIES = 3;
const AGAIN_MS = 100;
/** ioredis's word for an answer that nobody asked for: what a master says of a channel whose slot has moved away. */
const UNASKED = 'Command queue state error';
/** Sharded channels came with this version. */
const OLDEST = 7;

/** Connects; all of it comes back by itself. */
export function openRedisCluster({ hosts, tls, ...who }: ClusterAddress, failed: Failed): Opening {
  const options: RedisOptions = { ...common, ...who, ...(tls ? { tls: {} } : {}) };
  const cluster = new Cluster([...hosts], {
    lazyConnect: true,
    enableOfflineQueue: false,
    // ioredis's own timer goes on for ever where a cluster is closed while it asks.
    slotsRefreshInterval: 0,
    slotsRefreshTimeout: ANSWER_WITHIN_MS,
    clusterRetryStrategy: pauseBefore,
    ...{ maxRedirections: TRIES, retryDelayOnFailover: AGAIN_MS, retryDelayOnClusterDown: AGAIN_MS },
    redisOptions: { ...options, commandTimeout: ANSWER_WITHIN_MS },
  });
  const refreshing = setInterval(() => {
    if (cluster.status === 'ready') cluster.refreshSlotsCache();
  }, REFRESH_MS);
  const topology: Topology = {
    masterOf: (channel) => cluster.slots[new Command('ssubscribe', [channel]).getSlot()]?.[0],
    refresh: () => {
      cluster.refreshSlotsCache();
    },
    onRefresh: (listener) => cluster.on('refresh', listener),
  };
  const connect = (master: string): Redis => {
    const end = master.lastIndexOf(':');
    const [host, port] = [master.slice(0, end), Number(master.slice(end + 1))];
    const link = new Redis({ ...options, host, port, lazyConnect: false, retryStrategy: () => null });
    link.on('error', (error) => {
      failed(error.message.startsWith(UNASKED) ? new Error('a slot has moved to another master') : error);
    });
    return link;
  };
  const listeners = [new ShardedListener({ topology, connect }), new ShardedListener({ topology, connect })] as const;
  const close = (): void => {
    clearInterval(refreshing);
    for (const listener of listeners) listener.close();
    cluster.disconnect();
  };
  const open = async () => {
    await standing(cluster, failed);
    await refuseOld(cluster);
    const [listener, pushed] = listeners;
    return {
      commands: commandsOf(cluster, topology),
      listener,
      pushes: { by: 'stream', listener: pushed } as const,
      close,
    };
  };
  return { ready: open(), close };
}

function commandsOf(cluster: Cluster, topology: Topology): Commands {
  return {
    multi: () => cluster.multi(),
    hset: (key, field, value) => cluster.hset(key, field, value),
    hdel: (key, ...fields) => cluster.hdel(key, ...fields),
    hgetall: (key) => cluster.hgetall(key),
    publish: (channel, text) => cluster.spublish(channel, text).then(Number),
    async pubsub(_, ...channels) {
      const counts = await countsOf(cluster, topology, channels);
      return channels.flatMap((channel) => [channel, counts.get(channel) ?? NaN]);
    },
  };
}

/** How many listen on each channel, by the master that has its slot; of those whose master does not answer, nothing. */
async function countsOf(cluster: Cluster, topology: Topology, channels: readonly string[]) {
  const counts = new Map<string, number>();
  const count = async (node: Redis): Promise<void> => {
    const master = `${node.options.host ?? ''}:${node.options.port ?? ''}`;
    const own = channels.filter((channel) => topology.masterOf(channel) === master);
    if (own.length === 0) return;
    const told = await node.pubsub('SHARDNUMSUB', ...own);
    own.forEach((channel, i) => counts.set(channel, Number(told[2 * i + 1])));
  };
  await Promise.all(cluster.nodes('master').map((node) => count(node).catch(() => undefined)));
  return counts;
}

/** Resolves when the cluster stands; rejects when it is none. */
function standing(cluster: Cluster, failed: Failed): Promise<void> {
  return new Promise((resolve, reject) => {
    cluster.once('ready', resolve);
    cluster.on('error', failed);
    cluster.on('node error', (error: Error) => {
      failed(error);
      if (error.message.includes('cluster support disabled'))
        reject(new RedisUnavailable('REDIS_URL: must be redis://host:6379 where Redis is no cluster'));
    });
    // The first try may fail; the next ones are the retry strategy's.
    cluster.connect().catch(() => undefined);
  });
}

async function refuseOld(cluster: Cluster): Promise<void> {
  const about = await cluster.info('server');
  const version = /^redis_version:(\d+)/m.exec(about)?.[1] ?? '';
  if (Number(version) < OLDEST)
    throw new RedisUnavailable(`REDIS_URL: a Redis cluster must be version ${OLDEST} or newer, not ${version}`);
}
