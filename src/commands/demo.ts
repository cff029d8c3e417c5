/** `backseat demo`: a node with a made-up city and a fleet that drives, sells and restocks on it. */
import type { Command } from 'commander';
import { customAlphabet } from 'nanoid';
import { readSettings, type Settings } from '../config.js';
import { makeCity } from '../jobs/demo/city/index.js';
import { runDemo } from '../jobs/demo/index.js';
import { fail } from './failure.js';
import { serverOptions, settingsWith, whole, type ServerFlags } from './options.js';
import { say } from './say.js';
import { begin } from './serve.js';
import { told } from './signals.js';
import { stopWithin } from './stopping.js';
import { temporarily } from './temporary.js';

interface DemoFlags extends ServerFlags {
  readonly cars: number;
  readonly stations: number;
  readonly sales: number;
  readonly seed: number;
}

/** Letters and digits that do not look alike: the password is read from a screen. */
const word = customAlphabet('abcdefghjkmnpqrstuvwxyz23456789', 10);

export function addDemo(program: Command): void {
  const command = program
    .command('demo')
    .description('Serve a made-up city with a fleet that lives, in a temporary folder or database.');
  serverOptions(command)
    .option('--cars <number>', 'cars, each with a driver and a device', whole(1, 2_000), 300)
    .option('--stations <number>', 'stations', whole(1, 60), 60)
    .option('--sales <number>', 'sales that begin in a second, on average', whole(1, 1_000), 6)
    .option('--seed <number>', 'seed of the city: the same seed, the same city', whole(0, 2 ** 32 - 1), 2026)
    .action((flags: DemoFlags) =>
      temporarily(settingsWith(readSettings(process.env), flags), (settings) => demo(flags, settings)),
    );
}

async function demo(flags: DemoFlags, own: Settings): Promise<void> {
  const city = makeCity(flags.seed, flags);
  const { name, nameEn, lon, lat } = city.name;
  const settings = {
    ...own,
    // A city of made-up people: whoever looks may.
    publicScreens: 'yes' as const,
    cityName: name,
    cityNameEn: nameEn,
    cityLon: lon,
    cityLat: lat,
  };
  const server = await begin(settings);
  const stop = told(say);
  const { currency, adminName, adminPassword } = settings;
  const password = word();
  const operator = { name: adminName, password: adminPassword };
  const running = await runDemo({ url: server.url, city, currency, operator, password, salesPerSecond: flags.sales });
  running.complete.catch(fail);
  say(
    [
      `${nameEn} (${name}) lives: ${city.cars.length} cars, ${city.stations.length} stations, ${city.goods.length} products`,
      '',
      `  big screen   ${server.url}/`,
      `  API pages    ${server.url}/docs`,
      `  metrics      ${server.url}/metrics`,
      `  sandbox      ${server.sandboxUrl}/ (payment provider)`,
      '',
      `  platform     ${adminName} / ${adminPassword}`,
      `  drivers      driver001 to driver${String(city.cars.length).padStart(3, '0')} / ${password}`,
      `  stations     station01 to station${String(city.stations.length).padStart(2, '0')} / ${password}`,
      `  passengers   passenger01 to passenger12 / ${password}`,
      '',
      'Stop with Ctrl-C. All of it is temporary, and gone after that.',
    ].join('\n'),
  );
  await stop;
  running.stop();
  await stopWithin(server, settings.stopMs);
}
