/**
 * A cluster of real processes on this machine: a MongoDB or FerretDB, a Redis, the sandbox payment provider and so many
 * nodes of `backseat serve`, each on a loopback port of its own. Everything that was started ends with it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Redis } from 'ioredis';
import { nanoid } from 'nanoid';

import { View } from '../../src/cluster/view.js';
import type { ActorId } from '../../src/store/ports.js';
import { freePort, mongoServer, NO_SERVER, type MongoServer } from '../support/mongo/server.js';
import { noOwnRedis, openRedisServer, type RedisServer } from '../support/redis.js';
import { Process, type Exit } from '../torture/process.js';

/** The settings of a node, by name. */
type Environment = Readonly<Record<string, string>>;

export const OPERATOR = { name: 'admin', password: 'the operator of the cluster' };

/** One node: its process may end and be started again, its address stays. */
export class LocalNode {
  process: Process | undefined;
  /** What it calls itself among the others since its last start. */
  self = '';

  constructor(
    readonly url: string,
    readonly settings: Environment,
    private readonly redis: RedisServer,
  ) {}

  /** Resolves when it serves. */
  async start(): Promise<void> {
    const before = await namesIn(this.redis);
    this.process = new Process({ command: ['serve'], settings: this.settings });
    await this.process.ready;
    this.self = [...(await namesIn(this.redis))].find((name) => !before.has(name)) ?? '';
  }

  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<Exit | undefined> {
    return this.process?.end(signal) ?? Promise.resolve(undefined);
  }
}

export interface LocalCluster {
  readonly nodes: readonly LocalNode[];
  readonly redis: RedisServer;
  readonly mongo: MongoServer;
  readonly sandboxUrl: string;
  /** Who serves an actor, where all nodes live. */
  ownerOf(actor: ActorId): LocalNode;
  close(): Promise<void>;
}

/** All nodes that the table of nodes ever held. */
export async function namesIn({ url }: Pick<RedisServer, 'url'>): Promise<ReadonlySet<string>> {
  const client = new Redis(url);
  try {
    const tables = await client.keys('backseat:*:nodes');
    return new Set((await Promise.all(tables.map((table) => client.hkeys(table)))).flat());
  } finally {
    client.disconnect();
  }
}

/** Why there can be no cluster here, if so. */
export { NO_SERVER, noOwnRedis };

export interface LocalOptions {
  readonly nodes: number;
  /** The first node's port; the others follow. Without it all take free ones. */
  readonly port?: number;
  readonly settings?: Environment;
  /** Whether to start the sandbox payment provider; else `settings` say where it is. Default true. */
  readonly sandbox?: boolean;
}

/** Starts everything; rejects, with nothing left behind, when something does not start. */
export async function startLocalCluster(options: LocalOptions): Promise<LocalCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'backseat-cluster-'));
  const ends: (() => unknown)[] = [() => rm(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  const test = { testdir: () => folder, teardown: (end: () => unknown) => ends.push(end) };
  try {
    const mongo = await mongoServer(test);
    if (!mongo) throw new Error(NO_SERVER);
    if (noOwnRedis !== false) throw new Error(`Redis: ${noOwnRedis}`);
    const redis = await openRedisServer(test, { own: true });
    const sandboxUrl = `http://127.0.0.1:${await freePort()}`;
    const common = {
      ...shared(folder, sandboxUrl),
      MONGO_URL: mongo.database(),
      REDIS_URL: redis.url,
      ...options.settings,
    };
    if (options.sandbox !== false) {
      const sandbox = new Process({ command: ['sandbox'], settings: common });
      ends.push(() => sandbox.end('SIGKILL'));
      await sandbox.ready;
    }
    const nodes: LocalNode[] = [];
    for (let i = 0; i < options.nodes; i++) {
      const port = options.port === undefined ? await freePort() : options.port + i;
      const node = new LocalNode(`http://127.0.0.1:${port}`, { ...common, BACKSEAT_PORT: String(port) }, redis);
      ends.push(() => node.end('SIGKILL'));
      nodes.push(node);
      await node.start();
    }
    const ownerOf = (actor: ActorId): LocalNode => {
      const owner = new View(nodes.map(({ self }) => self)).ownerOf(actor);
      return nodes.find(({ self }) => self === owner)!;
    };
    return { nodes, redis, mongo, sandboxUrl, ownerOf, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What all nodes have in common: secrets, and room for callers who share one address. */
function shared(folder: string, sandboxUrl: string): Environment {
  const many = '1000000';
  return {
    BACKSEAT_DATA: folder,
    BACKSEAT_HOST: '127.0.0.1',
    BACKSEAT_LOG_LEVEL: 'warn',
    BACKSEAT_SANDBOX_URL: sandboxUrl,
    BACKSEAT_SANDBOX_SECRET: nanoid(32),
    BACKSEAT_TOKEN_SECRET: nanoid(32),
    BACKSEAT_ADMIN_NAME: OPERATOR.name,
    BACKSEAT_ADMIN_PASSWORD: OPERATOR.password,
    BACKSEAT_PUBLIC_SCREENS: 'yes',
    BACKSEAT_HASH_MEMORY_KIB: '8',
    BACKSEAT_HASH_PASSES: '1',
    BACKSEAT_SIGN_UPS_PER_MINUTE: many,
    BACKSEAT_GUESTS_PER_ADDRESS: many,
    BACKSEAT_ACCOUNT_RATE: many,
    BACKSEAT_ACCOUNT_BURST: many,
    BACKSEAT_SOCKET_RATE: many,
    BACKSEAT_SOCKET_BURST: many,
    BACKSEAT_ADDRESS_RATE: many,
    BACKSEAT_ADDRESS_BURST: many,
  };
}
