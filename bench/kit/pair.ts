/**
 * Two nodes and a Redis, all in processes of their own, and what a thing costs that goes from the one to the other
 * beside the same thing on one of them.
 *
 * What is measured is the way between them, so the store shall not drown it: each node finds a copy of one town, and
 * keeps nothing of what is written once both are there. As long as nobody comes or goes every actor has one owner, who
 * has it in memory.
 */
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { View } from '../../src/cluster/view.js';
import { namesIn } from '../../test/cluster/local.js';
import { noOwnRedis, openRedisServer } from '../../test/support/redis.js';
import { until } from '../../test/support/until.js';
import type { Rate } from '../load/chains.js';
import type { NodeTasks } from '../processes/node.js';
import { deviceId } from '../town/names.js';
import { buildTown, type TownPlan } from '../town/index.js';
import { Child } from './child.js';
import { Ends } from './ends.js';
import { cloneStore, withFolder } from './folders.js';
import { median } from './rounds.js';
import type { Absent, Measured } from './row.js';
import type { Sizes } from './sizes.js';

export interface OneNode {
  readonly url: string;
  readonly process: Child<NodeTasks>;
  /** Numbers of the town's devices that it serves. */
  readonly devices: readonly number[];
}

/** Two nodes that know each other. */
export type Pair = readonly [OneNode, OneNode];

/** A load on the two: so many things under way, for so long. */
export type PairLoad = (inFlight: number, ms: number) => Promise<Rate>;

/** Builds the town and starts two nodes for the time that `work` takes. */
export function pair<T>(plan: TownPlan, work: (nodes: Pair, ends: Ends) => Promise<T>): Promise<T | Absent> {
  if (noOwnRedis !== false) return Promise.resolve({ absent: noOwnRedis });
  return withFolder(async (folder) => {
    const town = join(folder, 'town');
    await buildTown(town, plan);
    return Ends.with(async (ends) => {
      const redisFolder = join(folder, 'redis');
      await mkdir(redisFolder);
      const redis = await openRedisServer({ testdir: () => redisFolder, teardown: ends.teardown }, { own: true });
      const tokenSecret = randomBytes(32).toString('base64url');
      const start = async (name: string) => {
        await cloneStore(town, join(folder, name));
        const process = ends.stop(await Child.start<NodeTasks>('node'));
        const before = await namesIn(redis);
        const url = await process.ask('serve', { folder: join(folder, name), redisUrl: redis.url, tokenSecret });
        const self = [...(await namesIn(redis))].find((one) => !before.has(one)) ?? '';
        return { url, process, self };
      };
      const [one, other] = [await start('one'), await start('other')];
      await until('both nodes know each other', async () => (await knowsTwo(one.url)) && (await knowsTwo(other.url)));
      await Promise.all([one, other].map(({ process }) => process.ask('forget', undefined)));
      const view = new View([one.self, other.self]);
      const all = Array.from({ length: plan.devices }, (_, number) => number);
      const nodeOf = ({ self, ...node }: typeof one): OneNode => {
        const devices = all.filter((number) => view.ownerOf(`device:${deviceId(number)}`) === self);
        if (devices.length < 2) throw new Error('a node serves next to none of the town’s devices: make it larger');
        return { ...node, devices };
      };
      return work([nodeOf(one), nodeOf(other)], ends);
    });
  });
}

/**
 * Processor time of both nodes for a thing, µs, across (ours) and within one node (reference), in turn; and how long
 * one alone takes.
 */
export async function acrossAndWithin(
  nodes: Pair,
  { rounds, warmMs, measureMs }: Sizes,
  inFlight: number,
  loads: { readonly across: PairLoad; readonly within: PairLoad },
): Promise<Pick<Measured, 'ours' | 'reference' | 'seen'>> {
  const sides = [loads.across, loads.within].map((run) => ({ run, cpu: [] as number[], alone: [] as number[] }));
  for (const { run } of sides) await run(inFlight, warmMs);
  for (let round = 0; round < rounds; round++) {
    for (const { run, cpu, alone } of sides) {
      const before = await processorTime(nodes);
      const { all } = await run(inFlight, measureMs);
      cpu.push(((await processorTime(nodes)) - before) / all);
      alone.push(1_000 / (await run(1, measureMs / 2)).perSecond);
    }
  }
  const [ours = NaN, reference = NaN] = sides.map(({ cpu }) => median(cpu));
  const [there, here] = sides.map(({ alone }) => median(alone).toFixed(2));
  return { ours, reference, seen: `one alone takes ${there} ms across, ${here} ms within` };
}

async function processorTime(nodes: Pair): Promise<number> {
  const [one, other] = await Promise.all(nodes.map((node) => node.process.ask('cpu', undefined)));
  return (one ?? NaN) + (other ?? NaN);
}

async function knowsTwo(url: string): Promise<boolean> {
  const page = await (await fetch(`${url}/metrics`)).text();
  return page.includes('\nbackseat_cluster_nodes 2\n');
}
