/**
 * A PostgreSQL for one run: in a folder of its own, reached by a socket file there, with the durability of ours: a
 * commit is answered when it is on the disk. Tuned for a machine that does little else.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pg from 'pg';

/** Where Debian keeps the servers of all versions. */
const VERSIONS = '/usr/lib/postgresql';

const SETTINGS = {
  // As durable as ours; these are the defaults, said for who reads.
  ...{ fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' },
  // No TCP between two processes of one machine, and no replica that must be told.
  ...{ listen_addresses: '', max_connections: '100', wal_level: 'minimal', max_wal_senders: '0' },
  // Everything stays in memory; no checkpoint falls into a run.
  ...{ shared_buffers: '512MB', wal_buffers: '64MB', max_wal_size: '8GB', checkpoint_timeout: '30min' },
  // All statements are short: plans are made once, never compiled, and made for tables that grow, though they are empty
  // yet.
  ...{
    jit: 'off',
    enable_seqscan: 'off',
    plan_cache_mode: 'force_generic_plan',
    track_activities: 'off',
    random_page_cost: '1.1',
  },
};

/** Why there is none. */
export const NO_POSTGRES = 'needs PostgreSQL 14 or later (apt-get install postgresql)';

/** The folder of the programs, of the newest version; undefined where there is none. */
export function postgresPrograms(): string | undefined {
  if (!existsSync(VERSIONS)) return undefined;
  const versions = readdirSync(VERSIONS).map(Number);
  return versions
    .filter((version) => version >= 14)
    .sort((a, b) => b - a)
    .map((version) => join(VERSIONS, String(version), 'bin'))
    .find((folder) => existsSync(join(folder, 'initdb')));
}

export class Postgres {
  private constructor(
    private readonly process: ChildProcess,
    /** Holds the data and the socket file; what `host` is to `pg`. */
    readonly folder: string,
    readonly user: string,
  ) {}

  /** Makes an empty database in a new folder, and serves it; `programs` is what {@link postgresPrograms} gives. */
  static async start(programs: string): Promise<Postgres> {
    const folder = await mkdtemp(join(tmpdir(), 'backseat-postgres-'));
    const runner = await runnerOf(folder);
    const data = join(folder, 'data');
    const made = spawnSync(
      join(programs, 'initdb'),
      ['-D', data, '-A', 'trust', '-U', 'usual', '-E', 'UTF8', '-N', '--locale=C'],
      {
        ...runner,
        encoding: 'utf8',
      },
    );
    if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
    const settings = Object.entries({ ...SETTINGS, unix_socket_directories: folder });
    const child = spawn(
      join(programs, 'postgres'),
      ['-D', data, ...settings.flatMap(([name, to]) => ['-c', `${name}=${to}`])],
      {
        ...runner,
        stdio: 'ignore',
      },
    );
    const server = new Postgres(child, folder, 'usual');
    try {
      await server.ready();
      for (const name of ['schema', 'sale', 'restock']) await server.run(await sql(`${name}.sql`));
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** Runs statements, one after the other. */
  async run(...statements: readonly string[]): Promise<void> {
    const client = new pg.Client({ host: this.folder, user: this.user, database: 'postgres' });
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  }

  /** Ends it at once, whoever is connected, and removes its folder. */
  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const ended = once(this.process, 'exit');
      this.process.kill('SIGQUIT');
      await ended;
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  private async ready(): Promise<void> {
    for (;;) {
      if (this.process.exitCode !== null) throw new Error('PostgreSQL did not start');
      const answers = await this.run('SELECT 1').then(
        () => true,
        () => false,
      );
      if (answers) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** It refuses to be run by root: Debian's user of that name, or nobody, gets the folder then. */
async function runnerOf(folder: string): Promise<{ readonly uid?: number; readonly gid?: number }> {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string): number => {
    const [id] = ['postgres', 'nobody']
      .map((name) => spawnSync('id', [flag, name]))
      .filter(({ status }) => status === 0);
    return Number(id?.stdout);
  };
  const [uid, gid] = [idOf('-u'), idOf('-g')];
  await chown(folder, uid, gid);
  return { uid, gid };
}

function sql(name: string): Promise<string> {
  return readFile(new URL(name, import.meta.url), 'utf8');
}
