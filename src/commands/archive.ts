/**
 * `backseat archive`: writes old entries to a file and leaves of each only its core in the store, or puts them back.
 */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { actors } from '../actors/index.js';
import { readSettings, type Settings } from '../config.js';
import { entriesIn, keepIn } from '../jobs/archive/file.js';
import { archive, recastAll } from '../jobs/archive/index.js';
import { collections } from '../node/collections.js';
import { openStore, placeOf } from '../node/store.js';
import { termsOf } from '../node/terms.js';
import { StoreUnavailable, type Store } from '../store/ports.js';
import { CannotRun } from './failure.js';
import { dateOf, newFile, settingsWith } from './options.js';
import { say } from './say.js';

interface ArchiveFlags {
  readonly before?: string;
  readonly to?: string;
  readonly back?: string;
  readonly data?: string;
}

export function addArchive(program: Command): void {
  program
    .command('archive')
    .description('Write old entries to a file and keep only their keys and replies in the store; repeatable.')
    .option(
      '--before <date>',
      'entries older than this: a business day as 2026-11-21, or a time as 2026-11-21T00:00:00Z',
    )
    .option('--to <file>', 'new file, or a folder that gets a file named after the time')
    .option('--back <file>', 'instead: put the entries of such a file back into the store')
    .option('--data <folder>', 'data folder of a stopped node, instead of BACKSEAT_DATA')
    .action(async (flags: ArchiveFlags) => {
      const settings = settingsWith(readSettings(process.env), flags);
      const { before, to, back } = flags;
      if (back !== undefined && before === undefined && to === undefined) await putBack(settings, back);
      else if (back === undefined && before !== undefined && to !== undefined) await archiveOld(settings, before, to);
      else throw new CannotRun('archive needs --before <date> and --to <file>, or --back <file> alone');
    });
}

async function archiveOld(settings: Settings, date: string, to: string): Promise<void> {
  const at = Date.now();
  const before = dateOf(date, settings.zone);
  const file = await newFile(to, 'archive', at);
  await opened(settings, async (store) => {
    say(`archiving what is older than ${new Date(before).toISOString()} in ${placeOf(settings)}`);
    const source = { store, definitions: actors(termsOf(settings)), before };
    const { chosen, changed, bytes } = await archive(source, keepIn(file, { store: store.id, at, before }));
    const { entries, actors: count } = chosen;
    if (entries > 0) {
      say(`${file}: ${entries} entries of ${count} actors, ${(await stat(file)).size} bytes; keep it, audits need it`);
    }
    const [whole, archived] = [bytes.whole.toLocaleString('en'), bytes.archived.toLocaleString('en')];
    say(`${changed} entries archived: ${whole} bytes of entries are ${archived} now`);
    const left = Object.entries(chosen.left).filter(([, n]) => n > 0);
    if (left.length > 0) say(`older, and left: ${left.map(([why, n]) => `${n} ${why}`).join(', ')}`);
    if (changed < entries) say(`${entries - changed} were changed by somebody else meanwhile`);
  });
}

async function putBack(settings: Settings, file: string): Promise<void> {
  await opened(settings, async ({ journal }) => {
    say(`putting the entries of ${file} back into ${placeOf(settings)}`);
    const { changed } = await recastAll(journal, entriesIn(file), 'whole');
    say(`${changed} entries are whole again; restart a node that has parked their actor`);
  });
}

async function opened(settings: Settings, work: (store: Store) => Promise<void>): Promise<void> {
  const embedded = settings.mongoUrl === '';
  // Opening a store makes one; this must not.
  if (embedded && !existsSync(settings.dataFolder))
    throw new CannotRun(`there is no data folder ${settings.dataFolder}`);
  const store = await openStore(settings, { collections, say, create: false }).catch((error: unknown) => {
    if (!embedded || !(error instanceof StoreUnavailable)) throw error;
    throw new CannotRun(`${error.message}; what a running server holds is archived when it is stopped, or in MongoDB`);
  });
  try {
    for (const warning of store.warnings) say(`warning: ${warning}`);
    await work(store);
  } finally {
    await store.close();
  }
}
