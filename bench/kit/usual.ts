/**
 * What the rows of the usual way share: a whole thing of ours in turn with the same there, each through its front door.
 */
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { noOwnRedis, openRedisServer } from '../../test/support/redis.js';
import { Child } from './child.js';
import { Ends } from './ends.js';
import { withFolder } from './folders.js';
import { median } from './rounds.js';
import type { Absent, Aim, Measured } from './row.js';
import { Served } from './serve.js';
import type { Sizes } from './sizes.js';
import { bestTransport } from './transports.js';
import type { Rate } from '../load/chains.js';
import type { UsualDoor } from '../load/door.js';
import { NO_POSTGRES, Postgres, postgresPrograms } from '../peers/usual/postgres.js';
import { seed } from '../peers/usual/seed.js';
import type { LoadTasks } from '../processes/load.js';
import type { UsualTasks } from '../processes/usual.js';
import { buildTown, type TownPlan } from '../town/index.js';

type Load = Child<LoadTasks>;

/** What is measured. */
export interface Both {
  /** The same town on both sides. */
  readonly town: TownPlan;
  /** Lets those arrive who make the load. */
  readonly ours: (load: Load, url: string) => Promise<void>;
  readonly usual: (load: Load, door: UsualDoor) => Promise<void>;
}

export const USUAL = 'fastify, a lock in Redis, one transaction in PostgreSQL for each step';

/** A whole thing goes through much more code than a command: it gets so much longer to be compiled. */
const WARM = 5;

/** Ours is to do so many times as many; that its p99 is lower is judged where it is measured. */
export function times(factor: number): Aim {
  return { text: `${factor} times as many, p99 lower`, holds: (ours, reference) => ours / reference >= factor };
}

/** Measures both sides, in turn; `seen` begins with the p99 of both. */
export function besideUsual(
  both: Both,
  { rounds, warmMs, measureMs }: Sizes,
): Promise<(Omit<Measured, 'load' | 'seen'> & { readonly seen: string }) | Absent> {
  const programs = postgresPrograms();
  if (programs === undefined) return Promise.resolve({ absent: NO_POSTGRES });
  if (noOwnRedis !== false) return Promise.resolve({ absent: noOwnRedis });
  return withFolder((folder) =>
    Ends.with(async (ends) => {
      const sides = [await ourSide(ends, join(folder, 'ours'), both), await usualSide(ends, folder, programs, both)];
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
      const seen = `p99 ${p99.toFixed(0)} ms beside ${usualP99.toFixed(0)} ms`;
      return { ours, reference, seen, kept: p99 < usualP99 };
    }),
  );
}

/** Ours, served and loaded; gives its load. */
async function ourSide(ends: Ends, folder: string, { town, ours }: Both): Promise<Load> {
  await mkdir(folder);
  await buildTown(folder, town);
  const { url } = ends.stop(await Served.start(folder, bestTransport()));
  const load = ends.stop(await Child.start<LoadTasks>('load'));
  await ours(load, url);
  return load;
}

/** The usual way, served and loaded; gives its load. */
async function usualSide(ends: Ends, folder: string, programs: string, { town, usual }: Both): Promise<Load> {
  const postgres = ends.stop(await Postgres.start(programs));
  await seed(postgres, town);
  const redis = await openRedisServer({ testdir: () => folder, teardown: ends.teardown }, { own: true });
  const secret = randomBytes(32).toString('base64url');
  const server = ends.stop(await Child.start<UsualTasks>('usual'));
  const { folder: postgresFolder, user: postgresUser } = postgres;
  const url = await server.ask('listen', { postgresFolder, postgresUser, redisUrl: redis.url, secret });
  const load = ends.stop(await Child.start<LoadTasks>('load'));
  await usual(load, { url, secret });
  return load;
}
