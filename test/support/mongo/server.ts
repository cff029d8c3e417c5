/**
 * A MongoDB server for tests: the one that MONGO_URL names, else a `mongod` on the path, else the FerretDB that
 * `npm run ferretdb` built. One that is started here has a free loopback port and a temporary folder, and ends with the
 * test; of one that is there already only databases with fresh names are used, and dropped.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import mongoose from 'mongoose';
import { nanoid } from 'nanoid';

import { withDatabase } from '../../../src/store/mongo/url.js';
import { until } from '../until.js';
import { ferretdbPath } from './ferretdb.js';

/** The part of tap's `t` that is used here. */
interface Test {
  teardown(run: () => unknown): void;
}

export interface MongoServer {
  readonly what: 'MONGO_URL' | 'mongod' | 'FerretDB';
  /** Address of a new, empty database; it goes with the test. */
  database(): string;
  /** The process that was started for the test; absent where the server was there before it. */
  readonly process?: MongoProcess;
}

export interface MongoProcess {
  readonly port: number;
  /** `kill -9`, or another signal; resolves when the process is gone. */
  kill(): Promise<void>;
  /** Stops it where it stands; resolves when it does (Linux tells; elsewhere at once). */
  pause(): Promise<void>;
  resume(): void;
  /** Starts it again on the same port and folder; resolves when it answers. */
  start(): Promise<void>;
}

/** Why tests are skipped where there is no server. */
export const NO_SERVER = 'no MongoDB server: set MONGO_URL, install mongod, or run `npm run ferretdb`';

/** For tap: false, or why a test that needs a server is skipped. */
export function noMongo(): false | string {
  const given = process.env['MONGO_URL'] ?? '';
  return given !== '' || spawnSync('mongod', ['--version']).status === 0 || existsSync(ferretdbPath())
    ? false
    : NO_SERVER;
}

/** A server, or undefined where none is to be had. */
export async function mongoServer(t: Test): Promise<MongoServer | undefined> {
  const given = process.env['MONGO_URL'];
  if (given !== undefined && given !== '') return elsewhere(t, given);
  const hasMongod = spawnSync('mongod', ['--version']).status === 0;
  if (!hasMongod && !existsSync(ferretdbPath())) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'backseat-mongo-'));
  const port = await freePort();
  const own = hasMongod ? new OwnProcess(port, 'mongod', mongodArgs(folder, port)) : ferretdb(folder, port);
  t.teardown(async () => {
    await own.kill();
    await rm(folder, { recursive: true, force: true });
  });
  await own.start();
  if (hasMongod) await becomePrimary(own.url('admin'));
  return { what: hasMongod ? 'mongod' : 'FerretDB', database: () => own.url(freshName()), process: own };
}

function freshName(): string {
  return `backseat_test_${nanoid(12).replaceAll('-', '_')}`;
}

function elsewhere(t: Test, given: string): MongoServer {
  const used: string[] = [];
  t.teardown(async () => {
    for (const url of used) {
      const connection = await mongoose.createConnection(url).asPromise();
      await connection.dropDatabase();
      await connection.close();
    }
  });
  return {
    what: 'MONGO_URL',
    database() {
      const url = withDatabase(given, freshName());
      used.push(url);
      return url;
    },
  };
}

/** A replica set of one: what a deployment has, but for its size. */
function mongodArgs(folder: string, port: number): string[] {
  return ['--replSet', 'rs0', '--bind_ip', '127.0.0.1', '--port', String(port), '--dbpath', folder];
}

async function becomePrimary(url: string): Promise<void> {
  const connection = await mongoose.createConnection(url).asPromise();
  const admin = connection.getClient().db('admin');
  await admin.command({ replSetInitiate: {} });
  await until('the replica set has its primary', async () => {
    const { isWritablePrimary } = await admin.command({ hello: 1 });
    return isWritablePrimary === true;
  });
  await connection.close();
}

/** Its scans leave much behind, and collecting that in the usual steps costs a third of its time. */
const SPARING = { GOGC: 'off', GOMEMLIMIT: '256MiB' };

function ferretdb(folder: string, port: number): OwnProcess {
  return new OwnProcess(
    port,
    ferretdbPath(),
    [
      ...['--handler=sqlite', `--sqlite-url=file:${folder}/`, `--state-dir=${folder}`],
      ...[`--listen-addr=127.0.0.1:${port}`, '--debug-addr=-', '--telemetry=disable', '--log-level=error'],
    ],
    SPARING,
  );
}

class OwnProcess implements MongoProcess {
  private child: ChildProcess | undefined;

  constructor(
    readonly port: number,
    private readonly program: string,
    private readonly args: readonly string[],
    private readonly settings: Readonly<Record<string, string>> = {},
  ) {}

  url(database: string): string {
    return `mongodb://127.0.0.1:${this.port}/${database}?directConnection=true`;
  }

  async start(): Promise<void> {
    this.child = spawn(this.program, this.args, { stdio: 'ignore', env: { ...process.env, ...this.settings } });
    await until(`${this.program} answers`, async () => {
      const options = { serverSelectionTimeoutMS: 1_000 };
      const connection = await mongoose
        .createConnection(this.url('admin'), options)
        .asPromise()
        .catch(() => undefined);
      await connection?.close();
      return connection !== undefined;
    });
  }

  async kill(): Promise<void> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  async pause(): Promise<void> {
    this.child?.kill('SIGSTOP');
    const stat = `/proc/${this.child?.pid ?? 0}/stat`;
    if (!existsSync(stat)) return;
    // A signal takes its time to arrive on a busy machine.
    await until('it stands still', async () => / T /.test(await readFile(stat, 'utf8')));
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}
