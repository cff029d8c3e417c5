/** What usual-hot and usual-wide share: whole sales of ours in turn with those of the usual way, each through its front door. */
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { noOwnRedis, openRedisServer } from '../../test/support/redis.js';
import { Child } from '../kit/child.js';
import { Ends } from '../kit/ends.js';
import { withFolder } from '../kit/folders.js';
import { median } from '../kit/rounds.js';
import type { Absent, Measured, Row } from '../kit/row.js';
import { Served } from '../kit/serve.js';
import type { Sizes } from '../kit/sizes.js';
import { bestTransport } from '../kit/transports.js';
import type { Rate } from '../load/chains.js';
import type { Streets } from '../load/walk.js';
import { NO_POSTGRES, Postgres, postgresPrograms } from '../peers/usual/postgres.js';
import { seed } from '../peers/usual/seed.js';
import type { LoadTasks } from '../processes/load.js';
import type { UsualTasks } from '../processes/usual.js';
import { buildTown, type TownPlan } from '../town/index.js';

/** What a sale takes on both sides, counted in docs/flows/sale.md and in the functions of bench/peers/usual. */
const TAKES =
  'a sale of ours: 6 entries, 2 messages, 2 timers; of the usual way: 3 transactions of 19 statements, 3 round trips to ' +
  'PostgreSQL, 3 locks (6 commands to Redis)';

/** A sale goes through much more code on the usual way than a command: it gets so much longer to be compiled. */
const WARM = 5;

/** Sales of one passenger under way at a time: as many unpaid ones as he may have at one device of ours. */
const OF_EACH = 4;

interface Where {
  readonly text: string;
  readonly devicesOf: (sizes: Sizes) => number;
  /** Ours is to settle so many times as many. */
  readonly times: number;
}

/** The row of a number of devices. */
export function usualRow(id: string, { text, devicesOf, times }: Where): Row {
  return {
    id,
    name: `Beside the usual way: whole sales ${text}, place, pay from the balance, dispense report`,
    unit: 'settled sales/s',
    referenceName: 'fastify, a lock in Redis for the device, one transaction in PostgreSQL for each step',
    aim: { text: `${times} times as many, p99 lower`, holds: (ours, reference) => ours / reference >= times },
    leavesOut:
      'A network, and the time that goods take to fall. The usual way is spared what ours does beside: pushes to the box and ' +
      'the passenger (its load reports as soon as it has paid), expiry, recovery of what a crash cut between PostgreSQL and Redis.',
    run: (sizes) => measure(devicesOf(sizes), sizes),
  };
}

async function measure(devices: number, sizes: Sizes): Promise<Measured | Absent> {
  const programs = postgresPrograms();
  if (programs === undefined) return { absent: NO_POSTGRES };
  if (noOwnRedis !== false) return { absent: noOwnRedis };
  const { rounds, warmMs, measureMs, sockets: passengers } = sizes;
  const streets: Streets = { devices, passengers, slots: devices === 1 ? 60 : 8, chains: passengers * OF_EACH };
  return withFolder((folder) =>
    Ends.with(async (ends) => {
      const sides = [
        await ourSide(ends, join(folder, 'ours'), streets),
        await usualSide(ends, folder, programs, streets),
      ];
      const found = sides.map((load) => ({ load, perSecond: [] as number[], p99Ms: [] as number[] }));
      for (const load of sides) await load.ask('wholeSales', WARM * warmMs);
      for (let round = 0; round < rounds; round++) {
        for (const { load, perSecond, p99Ms } of found) {
          const rate: Rate = await load.ask('wholeSales', measureMs);
          perSecond.push(rate.perSecond);
          p99Ms.push(rate.p99Ms);
        }
      }
      const [ours = NaN, reference = NaN] = found.map(({ perSecond }) => median(perSecond));
      const [p99 = NaN, usualP99 = NaN] = found.map(({ p99Ms }) => median(p99Ms));
      return {
        ours,
        reference,
        load: `${passengers} passengers, ${streets.chains} sales in flight, ${bestTransport()}; both synced`,
        seen: `p99 of a sale ${p99.toFixed(0)} ms beside ${usualP99.toFixed(0)} ms; ${TAKES}`,
        kept: p99 < usualP99,
      };
    }),
  );
}

/** The same town on both sides. */
function townOf({ devices, passengers, slots }: Streets): TownPlan {
  return { devices, passengers, slots, perDriver: 10, units: 999, sellsOneIn: 0 };
}

/** Ours, served and ready to sell; gives its load. */
async function ourSide(ends: Ends, folder: string, streets: Streets): Promise<Child<LoadTasks>> {
  await mkdir(folder);
  await buildTown(folder, townOf(streets));
  const { url } = ends.stop(await Served.start(folder, bestTransport()));
  const load = ends.stop(await Child.start<LoadTasks>('load'));
  await load.ask('shoppers', { url, streets });
  return load;
}

/** The usual way, served and ready to sell; gives its load. */
async function usualSide(ends: Ends, folder: string, programs: string, streets: Streets): Promise<Child<LoadTasks>> {
  const postgres = ends.stop(await Postgres.start(programs));
  await seed(postgres, townOf(streets));
  const redis = await openRedisServer({ testdir: () => folder, teardown: ends.teardown }, { own: true });
  const secret = randomBytes(32).toString('base64url');
  const server = ends.stop(await Child.start<UsualTasks>('usual'));
  const { folder: postgresFolder, user: postgresUser } = postgres;
  const url = await server.ask('listen', { postgresFolder, postgresUser, redisUrl: redis.url, secret });
  const load = ends.stop(await Child.start<LoadTasks>('load'));
  await load.ask('customers', { url, secret, streets });
  return load;
}
