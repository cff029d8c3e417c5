/**
 * The engine and the bare store, each in turn, in one process of their own: sale commands asked of the engine as the
 * gateway asks them; and all that the engine wrote of them, put into LevelDB with nothing around it.
 */
import { rebuildView } from '#built/jobs/views.js';
import { collections } from '#built/node/collections.js';
import { serveTasks } from '../kit/child.js';
import { median } from '../kit/rounds.js';
import { timesOf } from '../kit/times.js';
import type { Rate } from '../load/chains.js';
import { placeAndCancel, type OrderLoad } from '../load/orders.js';
import { BareStore, type Takes } from '../reference/bare-store.js';
import { Recording } from '../reference/recording.js';
import { deviceId } from '../town/names.js';
import { openEngine, type Engine } from '../town/engine.js';

export interface EngineLoad extends Omit<OrderLoad, 'devices'> {
  /** So many actors are asked. */
  readonly devices: number;
}

interface Places {
  readonly town: string;
  /** What the engine wrote is written there again. */
  readonly bareFolder?: string;
}

let engine: Engine | undefined;
let bare: Takes | undefined;

function opened(): Engine {
  if (!engine) throw new Error('open a town first');
  return engine;
}

async function placedAndCancelled({ devices, ...load }: EngineLoad): Promise<Rate> {
  const { system } = opened();
  const all = Array.from({ length: devices }, (_, number) => number);
  const rate = await placeAndCancel(system, { ...load, devices: all });
  await system.projected();
  return rate;
}

const tasks = {
  open: async ({ town, bareFolder }: Places): Promise<void> => {
    engine = await openEngine(town);
    if (bareFolder !== undefined) bare = await BareStore.open(bareFolder);
  },
  ours: async (load: EngineLoad): Promise<number> => (await placedAndCancelled(load)).perSecond,
  /** CPU time of this process for each command, µs; and commands a second. */
  cost: async (load: EngineLoad): Promise<number> => 1e6 / (await placedAndCancelled(load)).perSecond,
  /**
   * Devices over the whole fleet that are not in memory, read one after the other: µs until each answered, the middle
   * and all but the slowest in a hundred. As many others are read before, so that it is the actors that are cold, and
   * not the process.
   */
  cold: async ({ devices, reads }: { readonly devices: number; readonly reads: number }) => {
    const { system } = opened();
    const times: number[] = [];
    for (const part of [0.5, 0]) {
      times.length = 0;
      for (let i = 0; i < reads; i++) {
        const device = deviceId(Math.floor(((i + part) * devices) / reads));
        const began = performance.now();
        const answer = await system.read(`device:${device}`, 'page', {}, 'screen:x');
        times.push(performance.now() - began);
        if ('unstored' in answer || !answer.value.outcome.ok) throw new Error('a device does not answer');
      }
    }
    return { median: median(times) * 1_000, p99: timesOf(times).p99Ms * 1_000 };
  },
  /** The view of devices, emptied and made again from the journal: ms. */
  rebuild: async (): Promise<number> => {
    const { store, definitions } = opened();
    const began = performance.now();
    await rebuildView('devices', { store, definitions, collections });
    return performance.now() - began;
  },
  /** What the engine writes under a load that is not measured, on the bare store, with as many callers waiting. */
  bare: async (load: EngineLoad): Promise<number> => {
    if (!bare) throw new Error('open a bare store first');
    const recording = await Recording.of(opened().level, () => placedAndCancelled(load));
    return recording.play(bare, load.inFlight);
  },
  close: async (): Promise<void> => {
    await engine?.close();
    await bare?.close();
  },
};

export type EngineTasks = typeof tasks;

serveTasks(tasks);
