/**
 * Plays many seeds on several cores: what comes out is the same for any number of them, since no seed knows of
 * another, and is told in the order of the seeds.
 */
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';

import { build } from 'esbuild';

import type { Task } from './player.js';
import type { SeedResult } from './run.js';

const ROOT = resolve(import.meta.dirname, '../..');
/** Most of what a seed makes is soon forgotten: with room for it little is looked at twice. MiB. */
const YOUNG_MIB = 96;

export interface Seeds {
  readonly from: number;
  readonly seeds: number;
  readonly nodes: number;
  /** Threads that play. */
  readonly jobs: number;
}

/** Calls `told` with the result of each seed, in their order. */
export async function playSeeds(
  { from, seeds, nodes, jobs }: Seeds,
  told: (result: SeedResult) => void,
): Promise<void> {
  const early = new Map<number, SeedResult>();
  const end = from + seeds;
  let next = from;
  let due = from;
  const play = async (worker: Worker): Promise<void> => {
    while (next < end) {
      const task: Task = { seed: next++, nodes };
      worker.postMessage(task);
      const [result] = (await once(worker, 'message')) as [SeedResult];
      early.set(result.seed, result);
      for (let first = early.get(due); first; first = early.get(++due)) {
        early.delete(due);
        told(first);
      }
    }
  };
  await mkdir(join(ROOT, '.tests'), { recursive: true });
  const folder = await mkdtemp(join(ROOT, '.tests', 'simulate-'));
  const workers: Worker[] = [];
  try {
    const program = await bundled(folder);
    for (let n = 0; n < Math.min(jobs, seeds); n++) {
      // None of what this process loads modules by.
      const [execArgv, resourceLimits] = [['--enable-source-maps'], { maxYoungGenerationSizeMb: YOUNG_MIB }];
      workers.push(new Worker(program, { execArgv, resourceLimits }));
    }
    await Promise.all(workers.map(play));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
    await rm(folder, { recursive: true });
  }
}

/**
 * The player as one file of JavaScript. What a loader makes of each module as it is imported is a fifth slower: it
 * keeps the name of every function, at each of its beginnings.
 */
async function bundled(folder: string): Promise<string> {
  const outfile = join(folder, 'player.js');
  await build({
    ...{ entryPoints: [join(import.meta.dirname, 'player.ts')], outfile, sourcemap: true, logLevel: 'warning' },
    ...{ bundle: true, format: 'esm', platform: 'node', target: 'node20', packages: 'external' },
  });
  return outfile;
}
