/** `backseat replay`: recorded traces, stations and sales, through real sockets, and the books verified after it. */
import type { Command } from 'commander';
import { readSettings, type Settings } from '../config.js';
import { rejectLines } from '../jobs/csv/rejects.js';
import type { Server as Target } from '../jobs/replay/cast.js';
import { replay } from '../jobs/replay/index.js';
import { summaryLines } from '../jobs/replay/summary.js';
import { survey, type Survey } from '../jobs/replay/survey.js';
import type { Speed } from '../jobs/replay/timeline.js';
import { Tally } from '../jobs/traffic/tally.js';
import { CannotRun } from './failure.js';
import { serverUrl, speed, whole } from './options.js';
import { progressBar } from './progress.js';
import { print, say } from './say.js';
import { begin } from './serve.js';
import { told } from './signals.js';
import { ownSettings, temporarily } from './temporary.js';
import { verifyFolder, verifyServer } from './verify.js';

interface ReplayFlags {
  readonly traces: string;
  readonly stations: string;
  readonly sales: string;
  readonly speed: Speed;
  readonly limit?: number;
  readonly url?: string;
  readonly data?: string;
  readonly inFlight: number;
}

export function addReplay(program: Command): void {
  program
    .command('replay')
    .description('Replay recorded traces, stations and sales (CSV) through real sockets, and verify the books.')
    .requiredOption('--traces <file>', 'fixes of cars: taxi_id, trip_id, seq, ts, lon, lat')
    .requiredOption('--stations <file>', 'stations: station_id, name, lon, lat')
    .requiredOption(
      '--sales <file>',
      'sales: sale_id, machine_id, sold_at_local, payment_type, card_id, price_<currency>, product',
    )
    .option('--speed <factor>', 'recorded seconds in a second, or max', speed, 'max')
    .option('--limit <number>', 'at most so many sales and so many fixes', whole(1, 1e9))
    .option(
      '--url <address>',
      'a running server, with its BACKSEAT_ADMIN_NAME and _PASSWORD; without it one is started',
      serverUrl,
    )
    .option(
      '--data <folder>',
      'folder of the server that is started, with its BACKSEAT_ADMIN_NAME and _PASSWORD; without it a temporary one',
    )
    .option('--in-flight <number>', 'sales under way at once', whole(1, 10_000), 64)
    .action(run);
}

async function run(flags: ReplayFlags): Promise<void> {
  const settings = readSettings(process.env);
  const { zone, adminPassword } = settings;
  // What is kept, or was made by others, has an operator who can log in again.
  const kept = flags.url === undefined ? flags.data && '--data' : '--url';
  if (kept && adminPassword === '')
    throw new CannotRun(`${kept} needs BACKSEAT_ADMIN_PASSWORD, and BACKSEAT_ADMIN_NAME where it is not admin`);
  const { traces, stations, sales, limit } = flags;
  const recording = { traces, stations, sales, zone, ...(limit === undefined ? {} : { limit }) };
  const found = await survey(recording);
  for (const line of found.rejects.flatMap(rejectLines)) say(line);
  const tally = new Tally();
  // Whatever was begun for the replay is ended and cleared away then, too.
  const stopped = told(say).then((signal) => {
    throw new CannotRun(`stopped by ${signal} after ${tally.of('settled').toLocaleString('en')} sales`);
  });
  const play = async (server: Target): Promise<void> => {
    const bar = progressBar(found);
    const options = { recording, server, speed: flags.speed, inFlight: flags.inFlight };
    const took = await Promise.race([replay(options, found, tally, bar), stopped]).finally(bar.stop);
    print([...summaryLines(tally, took), ''].join('\n'));
  };
  const right =
    flags.url === undefined
      ? await onOwnSettings(settings, flags.data, (own) => onOwnServer(own, found, play))
      : await onServer(settings, flags.url, play);
  process.exitCode = right ? 0 : 1;
}

/** In the folder, or the database, that was given; else in ones that nobody keeps. */
function onOwnSettings<T>(
  settings: Settings,
  data: string | undefined,
  work: (own: Settings) => Promise<T>,
): Promise<T> {
  return data === undefined ? temporarily(settings, work) : work(ownSettings(settings, data));
}

/** On a server of its own, whose store is verified when it is stopped. */
async function onOwnServer(
  settings: Settings,
  { currency }: Survey,
  play: (server: Target) => Promise<void>,
): Promise<boolean> {
  const own = { ...settings, host: '127.0.0.1', port: 0, currency };
  const server = await begin(own, process.stderr);
  try {
    await play({ url: server.url, operator: { name: own.adminName, password: own.adminPassword } });
  } finally {
    await server.close();
  }
  return verifyFolder(own);
}

/** On a server that runs, which is asked to verify itself. */
async function onServer(settings: Settings, url: string, play: (server: Target) => Promise<void>): Promise<boolean> {
  const operator = { name: settings.adminName, password: settings.adminPassword };
  await play({ url, operator });
  return verifyServer(url, operator);
}
