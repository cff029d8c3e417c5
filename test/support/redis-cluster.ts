/**
 * A real Redis cluster for tests: three masters of this machine on free loopback ports, without replicas, one for all
 * tests of a file. Whoever comes with a user of his own can be cut off by it.
 */
import { spawn, type ChildProcess } from 'node:child_process';

import { Redis } from 'ioredis';

import { freePort } from './mongo/server.js';
import type { RedisServer, Way } from './redis.js';
import { until } from './until.js';

const MASTERS = 3;
const SLOTS = 16_384;
/** Masters that do not hear each other for so long hold each other for dead, ms. */
const NODE_TIMEOUT_MS = 1_000;
const PASSWORD = 'of-a-test';

interface Master {
  readonly port: number;
  readonly busPort: number;
  readonly client: Redis;
  child: ChildProcess | undefined;
}

export class RedisClusterServer implements RedisServer {
  private readonly users: string[] = [];

  private constructor(
    private readonly folder: string,
    private readonly masters: readonly Master[],
  ) {}

  static async open(): Promise<RedisClusterServer> {
    // Loaded by tests only: in a command that is no test it would end the process when a test's time is over.
    const { default: t } = await import('tap');
    const masters: Master[] = [];
    for (let i = 0; i < MASTERS; i++) {
      const port = await freePort();
      const client = new Redis({ port, lazyConnect: true, retryStrategy: () => 50, maxRetriesPerRequest: null });
      client.on('error', () => undefined);
      masters.push({ port, busPort: await freePort(), client, child: undefined });
    }
    const server = new RedisClusterServer(t.testdir(), masters);
    t.teardown(async () => {
      for (const { client } of masters) client.disconnect();
      await server.kill();
    });
    await server.form();
    return server;
  }

  get url(): string {
    return this.urlOf('');
  }

  /** The address of one master, as that of a single Redis. */
  get urlOfOne(): string {
    return `redis://127.0.0.1:${this.masters[0]!.port}`;
  }

  async flush(): Promise<void> {
    await this.everywhere((client) => client.flushall());
  }

  async cutListeners(): Promise<void> {
    await this.everywhere((client) => client.client('KILL', 'TYPE', 'pubsub'));
  }

  async kill(): Promise<void> {
    await Promise.all(this.masters.map((master) => end(master)));
  }

  async begin(): Promise<void> {
    for (const master of this.masters) this.start(master);
    await this.stands();
  }

  pause(): void {
    for (const { child } of this.masters) child?.kill('SIGSTOP');
  }

  resume(): void {
    for (const { child } of this.masters) child?.kill('SIGCONT');
  }

  /** Ends the master that has the slot of a key, or of a channel; resolves with how to begin it again. */
  async killMasterOf(key: string): Promise<() => Promise<void>> {
    const master = await this.masterOf(key);
    await end(master);
    return async () => {
      this.start(master);
      await this.stands();
    };
  }

  /** How many channels are listened to at each master. */
  async heard(): Promise<readonly number[]> {
    return Promise.all(
      this.masters.map(async ({ client }) => ((await client.pubsub('SHARDCHANNELS')) as readonly string[]).length),
    );
  }

  /** Moves the slot of a channel from its master to another; nothing may be stored in it. */
  async moveSlotOf(channel: string): Promise<void> {
    const from = await this.masterOf(channel);
    const to = this.masters.find((master) => master !== from)!;
    const slot = await from.client.cluster('KEYSLOT', channel);
    const id = (await to.client.call('CLUSTER', 'MYID')) as string;
    for (const { client } of [to, from, ...this.masters]) await client.call('CLUSTER', 'SETSLOT', slot, 'NODE', id);
  }

  /** A way of one user, which can be cut. */
  async way(): Promise<Way> {
    const user = `way${this.users.length}`;
    this.users.push(user);
    await this.everywhere((client) => letIn(client, user));
    return {
      url: this.urlOf(`${user}:${PASSWORD}@`),
      cut: () => {
        void this.everywhere(async (client) => {
          await client.call('ACL', 'SETUSER', user, 'off');
          await client.call('CLIENT', 'KILL', 'USER', user);
        });
      },
      // Whoever is stalled here stands still by his own clock alone, and hears what he is told meanwhile.
      stall: () => undefined,
      mend: () => {
        void this.everywhere((client) => letIn(client, user));
      },
    };
  }

  private urlOf(who: string): string {
    return `redis-cluster://${who}${this.masters.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
  }

  private async form(): Promise<void> {
    for (const master of this.masters) this.start(master);
    const [first] = this.masters;
    for (const [i, { client, port, busPort }] of this.masters.entries()) {
      const [from, to] = [i, i + 1].map((n) => Math.floor((SLOTS * n) / MASTERS)) as [number, number];
      await client.call('CLUSTER', 'ADDSLOTSRANGE', from, to - 1);
      await client.call('CLUSTER', 'SET-CONFIG-EPOCH', i + 1);
      if (i > 0) await first!.client.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort);
    }
    await this.stands();
  }

  /** Resolves when every master serves and knows all. */
  private async stands(): Promise<void> {
    const stands = async ({ client }: Master): Promise<boolean> => {
      const about = await client.cluster('INFO');
      return about.includes('cluster_state:ok') && about.includes(`cluster_known_nodes:${MASTERS}`);
    };
    await until(
      'the Redis cluster stands',
      async () => (await Promise.all(this.masters.map(stands))).every((one) => one),
      20_000,
    );
    for (const user of this.users) await this.everywhere((client) => letIn(client, user));
  }

  private start(master: Master): void {
    const { port, busPort } = master;
    const options: Readonly<Record<string, string | number>> = {
      ...{ port, bind: '127.0.0.1', dir: this.folder, save: '', appendonly: 'no', 'cluster-enabled': 'yes' },
      ...{ 'cluster-port': busPort, 'cluster-config-file': `nodes-${port}.conf` },
      'cluster-node-timeout': NODE_TIMEOUT_MS,
    };
    const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    master.child = spawn('redis-server', words, { stdio: 'ignore' });
  }

  private async masterOf(key: string): Promise<Master> {
    const [{ client } = this.masters[0]!] = this.masters.filter(({ child }) => child);
    const slot = await client.cluster('KEYSLOT', key);
    const ranges = await client.cluster('SLOTS');
    const range = ranges.find(([from, to]) => from <= slot && slot <= to);
    return this.masters.find(({ port }) => port === range?.[2]?.[1])!;
  }

  private async everywhere(work: (client: Redis) => Promise<unknown>): Promise<void> {
    await Promise.all(this.masters.map(({ client }) => work(client)));
  }
}

async function end(master: Master): Promise<void> {
  const { child } = master;
  if (!child) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
  master.child = undefined;
}

function letIn(client: Redis, user: string): Promise<unknown> {
  return client.call('ACL', 'SETUSER', user, 'on', `>${PASSWORD}`, 'allkeys', 'allchannels', 'allcommands');
}
