/** `backseat restore`: a new store from a backup, in an empty folder or database. */
import type { Command } from 'commander';
import { actors } from '../actors/index.js';
import { readSettings, type Settings } from '../config.js';
import { Archives } from '../jobs/archive/archives.js';
import { checkBackup } from '../jobs/backup/check.js';
import { restore } from '../jobs/backup/restore.js';
import { collections } from '../node/collections.js';
import { placeOf, restoreStore } from '../node/store.js';
import { termsOf } from '../node/terms.js';
import { CannotRun } from './failure.js';
import { collect, settingsWith } from './options.js';
import { say } from './say.js';

interface RestoreFlags {
  readonly data?: string;
  readonly check?: boolean;
  readonly archive?: readonly string[];
}

export function addRestore(program: Command): void {
  program
    .command('restore')
    .description('Fill an empty data folder, or the empty database of MONGO_URL, from a backup; resumable.')
    .argument('<file>', 'what backup wrote, of either kind of store')
    .option('--data <folder>', 'data folder, instead of BACKSEAT_DATA')
    .option('--archive <file>', 'what archive wrote of that store; once for each file', collect)
    .option('--check', 'only read the file, and say whether it is whole')
    .action(async (path: string, flags: RestoreFlags) => {
      const settings = settingsWith(readSettings(process.env), flags);
      // Before anything is changed: what is wrong with the file is known then.
      const checked = await checkBackup(path, { archives: new Archives(flags.archive ?? []) });
      const { at, entries, actors: count, store } = checked.header;
      say(`${path}: whole, ${entries} entries of ${count} actors, of store ${store} at ${new Date(at).toISOString()}`);
      const { missing } = checked;
      if (missing > 0) {
        const text = `${missing} of its entries are archived, and it is restored with all their files: --archive`;
        if (flags.check !== true) throw new CannotRun(text);
        say(text);
      }
      if (flags.check !== true) await restoreInto(settings, path, checked);
    });
}

async function restoreInto(
  settings: Settings,
  path: string,
  checked: Awaited<ReturnType<typeof checkBackup>>,
): Promise<void> {
  const store = await restoreStore(settings, { collections, say }, checked.sum);
  try {
    const definitions = actors(termsOf(settings));
    const { open, unreadable } = await restore({ path, checked, definitions, store });
    for (const actor of unreadable) say(`warning: this release cannot read the past of ${actor}; a node parks it`);
    const id = await store.finish();
    say(`${placeOf(settings)} holds it as store ${id}; ${open} open promises will be carried on when a node starts`);
  } finally {
    await store.close();
  }
}
