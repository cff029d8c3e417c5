/**
 * A real Redis for tests: `REDIS_URL`, else a `redis-server` of this machine on a free loopback port and a folder of
 * the test, ended with the test. Where none is to be had the test is skipped, and says so. A file of tests may be run
 * on a Redis cluster instead (redis-cluster.ts).
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

import { Redis } from 'ioredis';

import { freePort } from './mongo/server.js';
import { RedisClusterServer } from './redis-cluster.js';

/** The part of tap's `t` that is used here. */
interface Test {
  testdir(): string;
  teardown(run: () => unknown): void;
}

export interface RedisServer {
  readonly url: string;
  /** Everything in it is gone. */
  flush(): Promise<unknown>;
  /** Breaks the connections of all who listen; they come back. */
  cutListeners(): Promise<unknown>;
  /** Ends the server as a failure would; with `begin` it is there again, empty, on the same port. */
  kill(): Promise<void>;
  begin(): Promise<void>;
  /** It takes no more part, and knows nothing of it. */
  pause(): void;
  resume(): void;
  /** One node's own way to it, which can be cut. */
  way(t: Pick<Test, 'teardown'>): Promise<Way>;
}

const given = process.env['REDIS_URL'] ?? '';
const installed = spawnSync('redis-server', ['--version']).status === 0;

/** For tap: false, or why a test that needs Redis is skipped. */
export const noRedis: false | string =
  given !== '' || installed ? false : 'needs REDIS_URL, or redis-server on the path (apt-get install redis-server)';
/** For tests that end and begin the server. */
export const noOwnRedis: false | string = installed
  ? false
  : 'needs redis-server on the path, which it ends and begins';

let cluster: Promise<RedisServer> | undefined;

/**
 * From now on the tests of this process get a Redis cluster, one for all; it ends with them. Needs {@link noOwnRedis}
 * false.
 */
export function useRedisCluster(): Promise<RedisClusterServer> {
  const opened = RedisClusterServer.open();
  cluster = opened;
  return opened;
}

/** A server for this test alone; `own` where the test ends and begins it. */
export async function openRedisServer(t: Test, { own = false } = {}): Promise<RedisServer> {
  if (cluster) return cluster;
  const url = given !== '' && !own ? given : `redis://127.0.0.1:${await freePort()}`;
  const folder = t.testdir();
  let child: ChildProcess | undefined;
  const kill = async (): Promise<void> => {
    if (!child) return;
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    child = undefined;
  };
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => 50, maxRetriesPerRequest: null });
  client.on('error', () => undefined);
  const begin = async (): Promise<void> => {
    if (url === given) return;
    const { port } = new URL(url);
    const options = ['--port', port, '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
    child = spawn('redis-server', options, { stdio: 'ignore' });
    await client.ping();
  };
  t.teardown(async () => {
    client.disconnect();
    await kill();
  });
  await begin();
  return {
    ...{ url, kill, begin },
    flush: () => client.flushall(),
    cutListeners: () => client.client('KILL', 'TYPE', 'pubsub'),
    pause: () => child?.kill('SIGSTOP'),
    resume: () => child?.kill('SIGCONT'),
    way: (asking) => openWay(asking, url),
  };
}

/** A way to Redis that can be cut. */
export interface Way {
  readonly url: string;
  cut(): void;
  /** Connections stay, and nothing comes through. */
  stall(): void;
  mend(): void;
}

/** One node's own way to a server. */
export async function openWay(t: Pick<Test, 'teardown'>, url: string): Promise<Way> {
  const { hostname, port, href } = new URL(url);
  const sockets = new Set<Socket>();
  let whole = true;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    if (!whole) near.destroy();
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const way = new URL(href);
  way.hostname = '127.0.0.1';
  way.port = String((server.address() as AddressInfo).port);
  const cut = (): void => {
    whole = false;
    for (const socket of sockets) socket.destroy();
  };
  t.teardown(() => {
    cut();
    server.close();
  });
  return {
    url: way.href,
    cut,
    stall: () => {
      for (const socket of sockets) socket.pause();
    },
    mend: () => {
      whole = true;
      for (const socket of sockets) socket.resume();
    },
  };
}
