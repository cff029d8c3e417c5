/**
 * `backseat backup`: a copy of all entries in one file, of a stopped store, of a database, or from a running server.
 */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { readSettings, type Settings } from '../config.js';
import { writeBeside } from '../jobs/backup/file.js';
import { beginBackup } from '../jobs/backup/write.js';
import { Entrance } from '../jobs/traffic/entrance.js';
import { collections } from '../node/collections.js';
import { openStore, placeOf } from '../node/store.js';
import { StoreUnavailable } from '../store/ports.js';
import { CannotRun } from './failure.js';
import { newFile, serverUrl, settingsWith } from './options.js';
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
      const file = await newFile(path, 'backup', at);
      const { entries, actors } = await (flags.url === undefined
        ? backUpStore(settings, file, at)
        : backUpServer(flags.url, settings, file));
      const { size } = await stat(file);
      say(`${file}: ${entries} entries of ${actors} actors, ${size} bytes`);
    });
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

async function write(file: string, source: Source): Promise<Source> {
  await writeBeside(file, source.bytes);
  return source;
}
