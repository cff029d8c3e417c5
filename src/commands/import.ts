/** `backseat import`: an existing shop's tables, as often as one likes. */
import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { readSettings, type Settings } from '../config.js';
import { importShop, type Imported, type ShopFiles } from '../jobs/import/shop.js';
import { rejectLines } from '../jobs/csv/rejects.js';
import { Entrance } from '../jobs/traffic/entrance.js';
import { CannotRun } from './failure.js';
import { serverUrl } from './options.js';
import { print } from './say.js';
import { begin } from './serve.js';
import { ownSettings } from './temporary.js';

interface ImportFlags extends ShopFiles {
  readonly keys?: string;
  readonly url?: string;
  readonly data?: string;
}

export function addImport(program: Command): void {
  program
    .command('import')
    .description('Bring catalogue, stations and devices in from CSV; the same files again change nothing.')
    .option('--catalogue <file>', 'products: product_id, name, name_en')
    .option('--stations <file>', 'stations: station_id, name, lon, lat, status')
    .option('--devices <file>', 'devices: device_id, name, currency')
    .option(
      '--keys <file>',
      'file that gets the keys of the devices, readable by its owner alone; needed with --devices',
    )
    .option('--url <address>', 'a running server, instead of the stopped data folder', serverUrl)
    .option('--data <folder>', 'data folder, instead of BACKSEAT_DATA')
    .action(run);
}

async function run(flags: ImportFlags): Promise<void> {
  const { catalogue, stations, devices, keys } = flags;
  if (catalogue === undefined && stations === undefined && devices === undefined) {
    throw new CannotRun('name at least one of --catalogue, --stations, --devices');
  }
  if (devices !== undefined && keys === undefined) throw new CannotRun('--devices needs --keys: each key is told once');
  const settings = readSettings(process.env);
  if (settings.adminPassword === '')
    throw new CannotRun('import needs BACKSEAT_ADMIN_PASSWORD, to come in as the platform');
  const results = await onServer(settings, flags, (url) => bringIn(url, settings, flags));
  print(results.flatMap(resultLines).join('\n'));
  process.exitCode = results.every(({ refused }) => refused.length === 0) ? 0 : 1;
}

/** On the server that runs, or on one that serves the data folder just for this. */
async function onServer<T>(
  settings: Settings,
  { url, data }: ImportFlags,
  work: (url: string) => Promise<T>,
): Promise<T> {
  if (url !== undefined) return work(url);
  const own = { ...ownSettings(settings, data ?? settings.dataFolder), host: '127.0.0.1', port: 0 };
  const server = await begin(own, process.stderr);
  try {
    return await work(server.url);
  } finally {
    await server.close();
  }
}

async function bringIn(url: string, settings: Settings, flags: ImportFlags): Promise<readonly Imported[]> {
  const operator = { name: settings.adminName, password: settings.adminPassword };
  const entrance = await Entrance.open(url, operator);
  const lines = ['device_id,key'];
  try {
    return await importShop(flags, entrance.platform, (device, key) => lines.push(`${device},${key}`));
  } finally {
    entrance.close();
    if (flags.keys !== undefined) await writeFile(flags.keys, `${lines.join('\n')}\n`, { mode: 0o600 });
  }
}

function resultLines({ rejects, created, changed, same, passed, refused }: Imported): readonly string[] {
  return [
    `${rejects.file}: ${created} new, ${changed} changed, ${same} as they were, ${passed} closed and passed over`,
    ...refused.map(({ id, code, message }) => `  ${id} was refused: ${code}, ${message}`),
    ...rejectLines(rejects),
  ];
}
