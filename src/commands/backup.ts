/** `backseat backup`: a copy of all entries in one file, of a stopped store, of a database, or from a running server. */
import { createWriteStream, existsSync } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { readSettings, type Settings } from '../config.js';
import { beginBackup } from '../jobs/backup/write.js';
import { Entrance } from '../jobs/traffic/entrance.js';
import { openStore, placeOf } from '../node/store.js';
import { collections } from '../server.js';
import { StoreUnavailable } from '../store/ports.js';
import { CannotRun } from './failure.js';
import { serverUrl, settingsWith } from './options.js';
import { say } from './say.js';

interface BackupFlags {
  readonly data?: string;
  readonly url?: string;
}

/** A backup on its way, from wherever. */
interface Source {
  readonly actors: number;
  readonly entries: number;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** ms that a server may take to look through its journal before it begins. */
const BEGIN_WITHIN = 30 * 60_000;

export function addBackup(program: Command): void {
  program
    .command('backup')
    .description('Copy all entries into one file, readable by its owner alone; nodes may go on serving.')
    .argument('<file>', 'new file, or a folder that gets a file named after the time')
    .option('--data <folder>', 'data folder of a stopped node, instead of BACKSEAT_DATA')
    .option(
      '--url <address>',
      'a running server, with its BACKSEAT_ADMIN_NAME, _ADMIN_PASSWORD and _BACKUP_KEY',
      serverUrl,
    )
    .action(async (path: string, flags: BackupFlags) => {
      const settings = settingsWith(readSettings(process.env), flags);
      const at = Date.now();
      const file = await newFile(path, at);
      const { entries, actors } = await (flags.url === undefined
        ? backUpStore(settings, file, at)
        : backUpServer(flags.url, settings, file));
      const { size } = await stat(file);
      say(`${file}: ${entries} entries of ${actors} actors, ${size} bytes`);
    });
}

/** The file to write. Nothing is ever written over. */
async function newFile(path: string, at: number): Promise<string> {
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
  const time = new Date(at).toISOString().replaceAll(/[:.]/g, '-');
  const file = isFolder ? join(path, `backseat-${time}.backup`) : path;
  if (existsSync(file)) throw new CannotRun(`${file} is there already; a backup goes into a new file`);
  return file;
}

async function backUpStore(settings: Settings, file: string, at: number): Promise<Source> {
  const embedded = settings.mongoUrl === '';
  // Opening a store makes one; a backup must not.
  if (embedded && !existsSync(settings.dataFolder)) {
    throw new CannotRun(`there is no data folder ${settings.dataFolder}`);
  }
  const store = await openStore(settings, { collections, say, create: false }).catch((error: unknown) => {
    if (!embedded || !(error instanceof StoreUnavailable)) throw error;
    throw new CannotRun(`${error.message}; a running server is backed up with --url`);
  });
  try {
    for (const warning of store.warnings) say(`warning: ${warning}`);
    say(`backing up ${placeOf(settings)}`);
    const { header, bytes } = await beginBackup(store, at);
    return await write(file, { ...header, bytes });
  } finally {
    await store.close();
  }
}

async function backUpServer(url: string, settings: Settings, file: string): Promise<Source> {
  const { backupKey: key } = settings;
  if (key === '') throw new CannotRun('--url needs BACKSEAT_BACKUP_KEY, as the server has it');
  const operator = { name: settings.adminName, password: settings.adminPassword };
  const entrance = await Entrance.open(url, operator);
  try {
    say(`backing up ${url}`);
    const { platform } = entrance;
    const begun = await platform.ask('backup.begin', { key }, { withinMs: BEGIN_WITHIN });
    return await write(file, { ...begun, bytes: partsOf(platform, begun.backup) });
  } finally {
    entrance.close();
  }
}

async function* partsOf(platform: Entrance['platform'], backup: string): AsyncGenerator<Uint8Array, void, undefined> {
  for (let part = 0; ; part++) {
    const { bytes, last } = await platform.ask('backup.part', { backup, part });
    yield Buffer.from(bytes, 'base64');
    if (last) return;
  }
}

/** Writes beside the file and gives it its name when all is on the disk: a file of that name is whole. */
async function write(file: string, source: Source): Promise<Source> {
  const beside = `${file}.part`;
  try {
    await rm(beside, { force: true });
    await pipeline(Readable.from(source.bytes), createWriteStream(beside, { mode: 0o600, flush: true }));
    await rename(beside, file);
    return source;
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
