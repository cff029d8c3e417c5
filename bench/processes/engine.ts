/**
 * The engine and the bare store, each in turn, in one process of their own: sale commands asked of the engine as the
 * gateway asks them; and all that the engine wrote of them, put into LevelDB with nothing around it.
 */
import { serveTasks } from '../kit/child.js';
import type { Rate } from '../load/chains.js';
import { placeAndCancel, type OrderLoad } from '../load/orders.js';
import { BareStore } from '../reference/bare-store.js';
import { Recording } from '../reference/recording.js';
import { openEngine, type Engine } from '../town/engine.js';

export interface EngineLoad extends Omit<OrderLoad, 'devices'> {
  /** So many actors are asked. */
  readonly devices: number;
}

let engine: Engine | undefined;
let bare: BareStore | undefined;

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
  open: async ({ town, bareFolder }: { readonly town: string; readonly bareFolder?: string }): Promise<void> => {
    engine = await openEngine(town);
    if (bareFolder !== undefined) bare = await BareStore.open(bareFolder);
  },
  ours: async (load: EngineLoad): Promise<number> => (await placedAndCancelled(load)).perSecond,
  /** CPU time of this process for each command, µs; and commands a second. */
  cost: async (load: EngineLoad): Promise<number> => 1e6 / (await placedAndCancelled(load)).perSecond,
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
