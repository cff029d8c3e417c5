/**
 * Several whole nodes in one process, gateways and all, over one store that is opened once and one real Redis, with the
 * clients of a small shop.
 */
import { randomBytes } from 'node:crypto';

import { connect, type Auth, type Client, type Requests } from '../../src/client/index.js';
import { readSettings, type Settings } from '../../src/config.js';
import { createLog } from '../../src/gateway/log.js';
import { collections } from '../../src/node/collections.js';
import { startServer, type Server } from '../../src/server.js';
import { openEmbedded } from '../../src/store/embedded/index.js';
import type { Store } from '../../src/store/ports.js';
import { openRedisServer, type RedisServer } from './redis.js';

/** The part of tap's `t` that is used here. */
interface Test {
  testdir(): string;
  teardown(run: () => unknown): void;
}

const ADMIN = { name: 'admin', password: 'correct horse' };

export class Servers {
  readonly all: Server[] = [];
  private readonly settings: Settings;
  private readonly clients: Client[] = [];

  private constructor(
    t: Test,
    readonly redis: RedisServer,
    readonly store: Store,
    more: Partial<Settings>,
  ) {
    this.settings = {
      ...readSettings({}),
      ...{ host: '127.0.0.1', port: 0, publicScreens: 'yes', hashMemoryKiB: 8, hashPasses: 1 },
      ...{ adminName: ADMIN.name, adminPassword: ADMIN.password, tokenSecret: randomBytes(32).toString('base64url') },
      ...{ redisUrl: redis.url, beatMs: 100, deadMs: 600, ...more },
    };
    t.teardown(async () => {
      for (const client of this.clients) client.close();
      for (const server of this.all) await server.close();
      await store.close();
    });
  }

  /** So many nodes that know each other. */
  static async open(t: Test, count: number, more: Partial<Settings> = {}): Promise<Servers> {
    const redis = await openRedisServer(t, { own: true });
    const store = await openEmbedded(`${t.testdir()}/store`, { collections });
    const servers = new Servers(t, redis, store, more);
    for (let i = 0; i < count; i++) await servers.add();
    return servers;
  }

  async add(more: Partial<Settings> = {}): Promise<Server> {
    const failed = (error: Error): never => {
      throw error;
    };
    const { store } = this;
    const server = await startServer({ ...this.settings, ...more }, { store, failed, log: createLog('silent') });
    this.all.push(server);
    return server;
  }

  url(node: number): string {
    return this.all[node]!.url;
  }

  client(node: number, auth: Auth): Client {
    const client = connect(this.url(node), { auth, socket: { reconnectionDelay: 50 } });
    this.clients.push(client);
    return client;
  }

  async admin(node: number): Promise<Client> {
    return this.client(node, { token: (await this.post(node, 'auth.logIn', ADMIN)).access });
  }

  signUp(node: number, name: string, role: 'driver' | 'passenger'): Promise<Requests['auth.signUp']['output']> {
    return this.post(node, 'auth.signUp', { role, name, password: 'password one' });
  }

  /** A device that a driver has claimed: its id and key. */
  async device(driver: Client): Promise<{ readonly device: string; readonly key: string }> {
    const admin = await this.admin(0);
    const { device, key } = await admin.ask('device.register', { name: 'Box' });
    const box = this.client(0, { device, key });
    const { code } = await box.ask('device.showCode', {});
    await driver.ask('device.claim', { device, code });
    box.close();
    return { device, key };
  }

  private async post<N extends 'auth.logIn' | 'auth.signUp'>(
    node: number,
    name: N,
    input: Requests[N]['input'],
  ): Promise<Requests[N]['output']> {
    const response = await fetch(`${this.url(node)}/api/v1/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': randomBytes(8).toString('hex') },
      body: JSON.stringify(input),
    });
    const ack = (await response.json()) as { ok: boolean; value: Requests[N]['output']; error?: { code: string } };
    if (!ack.ok) throw new Error(ack.error?.code);
    return ack.value;
  }
}
