/** `backseat serve`: one node on the data folder, until it is told to stop. */
import type { Command } from 'commander';
import { readSettings, type Settings } from '../config.js';
import { createLog } from '../gateway/log.js';
import { placeOf } from '../node/store.js';
import { startServer, type Server } from '../server.js';
import { CannotRun, fail } from './failure.js';
import { serverOptions, settingsWith, type ServerFlags } from './options.js';
import { say } from './say.js';
import { told } from './signals.js';
import { stopWithin } from './stopping.js';

export function addServe(program: Command): void {
  const command = program.command('serve').description('Serve from the data folder until told to stop.');
  serverOptions(command)
    .option('--data <folder>', 'data folder, instead of BACKSEAT_DATA')
    .action(async (flags: ServerFlags) => {
      const settings = settingsWith(readSettings(process.env), flags);
      const server = await begin(settings);
      const stop = told(say);
      say(`backseat serves ${server.url}/ from ${placeOf(settings)}; the sandbox provider is at ${server.sandboxUrl}/`);
      await stop;
      say('stopping: finishing what was begun');
      await stopWithin(server, settings.stopMs);
      say('stopped');
    });
}

/**
 * Starts a node whose failing store ends the process: nothing more could be acknowledged (ENGINE 2).
 * @param logTo where its log goes, instead of standard output where that is for a report
 */
export async function begin(settings: Settings, logTo?: NodeJS.WritableStream): Promise<Server> {
  // One that is generated into the data folder would be another on the next node, or when the folder is gone.
  if (settings.mongoUrl !== '' && settings.tokenSecret === '') {
    throw new CannotRun('MONGO_URL needs BACKSEAT_TOKEN_SECRET, the same on all nodes of the database');
  }
  return startServer(settings, { failed: fail, log: createLog(settings.logLevel, logTo) });
}
