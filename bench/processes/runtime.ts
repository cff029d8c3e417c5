/** An actor runtime in a process of its own. */
import { serveTasks } from '../kit/child.js';
import { startComedy } from '../peers/runtimes/comedy.js';
import { startNact } from '../peers/runtimes/nact.js';
import { startOurs } from '../peers/runtimes/ours.js';
import type { Runtime } from '../peers/runtimes/runtime.js';

/** Asked at a time. */
const IN_FLIGHT = 1_024;
/** Done between two looks at the clock. */
const BURST = 16_384;

const runtimes = { ours: startOurs, nact: startNact, comedy: startComedy };

export type RuntimeName = keyof typeof runtimes;

let runtime: Runtime | undefined;

function started(): Runtime {
  if (!runtime) throw new Error('start a runtime first');
  return runtime;
}

/** So many of a thing, again and again for a while; how many a second. */
async function rate(forMs: number, burst: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  let done = 0;
  while (performance.now() - began < forMs) {
    await burst();
    done += BURST;
  }
  return (done / (performance.now() - began)) * 1_000;
}

async function asks(): Promise<void> {
  const there = started();
  const chain = async (number: number): Promise<void> => {
    for (let i = number; i < BURST; i += IN_FLIGHT) await there.ask(i);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, (_, number) => chain(number)));
}

const tasks = {
  start: async (name: RuntimeName): Promise<void> => {
    runtime = await runtimes[name]();
  },
  /** Asked and answered, each second. */
  asks: (forMs: number): Promise<number> => rate(forMs, asks),
  /** Told and handled, each second. */
  tells: (forMs: number): Promise<number> => rate(forMs, () => started().tell(BURST)),
};

export type RuntimeTasks = typeof tasks;

serveTasks(tasks);
