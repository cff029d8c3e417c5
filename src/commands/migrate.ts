/** `backseat migrate`: brings a MongoDB database to this release, once, while no node serves. */
import type { Command } from 'commander';
import { readSettings } from '../config.js';
import { collections } from '../node/collections.js';
import { migrateStore } from '../node/store.js';
import { CannotRun } from './failure.js';
import { say } from './say.js';

export function addMigrate(program: Command): void {
  program
    .command('migrate')
    .description('Bring the database of MONGO_URL to this release, while no node serves; resumable.')
    .action(async () => {
      const settings = readSettings(process.env);
      if (settings.mongoUrl === '') {
        throw new CannotRun('migrate needs MONGO_URL; the embedded store brings itself up to date when it is opened');
      }
      await migrateStore(settings, { collections, say });
    });
}
