/**
 * `npm run cluster -- --nodes 3`: a cluster of local processes with whatever servers are there, and the demo's fleet
 * spread over its nodes. Every node serves the same big screen.
 */
import { parseArgs } from 'node:util';

import { nanoid } from 'nanoid';

import { told } from '../../src/commands/signals.js';
import { makeCity } from '../../src/jobs/demo/city/index.js';
import { runDemo } from '../../src/jobs/demo/index.js';
import { OPERATOR, startLocalCluster } from './local.js';

interface Flags {
  readonly nodes: number;
  readonly cars: number;
  readonly stations: number;
  readonly sales: number;
  readonly port: number;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function readFlags(args: string[]): Flags {
  const { values } = parseArgs({
    args,
    options: {
      nodes: { type: 'string', default: '3' },
      cars: { type: 'string', default: '30' },
      stations: { type: 'string', default: '8' },
      sales: { type: 'string', default: '1' },
      port: { type: 'string', default: '3000' },
    },
  });
  const whole = (name: keyof typeof values, most: number): number => {
    const value = Number(values[name]);
    if (Number.isInteger(value) && value >= 1 && value <= most) return value;
    throw new Error(`--${name} must be a whole number from 1 to ${most}, not ${values[name]}`);
  };
  return {
    nodes: whole('nodes', 16),
    cars: whole('cars', 2_000),
    stations: whole('stations', 60),
    sales: whole('sales', 1_000),
    port: whole('port', 65_000),
  };
}

async function main(flags: Flags): Promise<void> {
  const city = makeCity(2026, flags);
  const { name, nameEn, lon, lat } = city.name;
  const settings = {
    BACKSEAT_CITY_NAME: name,
    BACKSEAT_CITY_NAME_EN: nameEn,
    BACKSEAT_CITY_LON: String(lon),
    BACKSEAT_CITY_LAT: String(lat),
  };
  const cluster = await startLocalCluster({ nodes: flags.nodes, port: flags.port, settings });
  try {
    const stop = told(say);
    const password = nanoid();
    const urls = cluster.nodes.map(({ url }) => url);
    const demo = await runDemo({
      url: urls,
      city,
      currency: 'CNY',
      operator: OPERATOR,
      password,
      salesPerSecond: flags.sales,
    });
    demo.complete.catch((error: unknown) => {
      say(`the fleet did not come in: ${String(error)}`);
    });
    say(
      [
        `${nameEn} (${name}) lives on ${urls.length} nodes, ${cluster.mongo.what} and Redis: ${city.cars.length} cars, ${city.stations.length} stations`,
        '',
        ...urls.map((url, i) => `  node ${i + 1}       ${url}/ (process ${cluster.nodes[i]?.process?.pid ?? ''})`),
        `  sandbox      ${cluster.sandboxUrl}/ (payment provider)`,
        '',
        `  platform     ${OPERATOR.name} / ${OPERATOR.password}`,
        `  drivers      driver001 to driver${String(city.cars.length).padStart(3, '0')} / ${password}`,
        '',
        ...(cluster.mongo.what === 'FerretDB'
          ? ['FerretDB looks through all it has where no index helps: it grows slow with what it holds.', '']
          : []),
        'Kill a node and see the others go on. Stop with Ctrl-C; all of it is temporary, and gone after that.',
      ].join('\n'),
    );
    await stop;
    demo.stop();
    for (const node of cluster.nodes) await node.end('SIGTERM');
  } finally {
    await cluster.close();
  }
}

try {
  await main(readFlags(process.argv.slice(2)));
  process.exit(0);
} catch (error) {
  say(`cluster: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
