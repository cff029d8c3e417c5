/**
 * The engine and the bare store, each in turn, in one process of their own: sale commands asked of the engine as the
 * gateway asks them; and all that the engine wrote of them, put into LevelDB with nothing around it.
 */
import type { Json } from '#built/store/ports.js';
import { serveTasks } from '../kit/child.js';
import { Chains, type Rate } from '../load/chains.js';
import { BareStore } from '../reference/bare-store.js';
import { Recording } from '../reference/recording.js';
import { deviceId } from '../town/devices.js';
import { openEngine, type Engine } from '../town/engine.js';

export interface EngineLoad {
  /** Actors that the commands go to. */
  readonly devices: number;
  readonly inFlight: number;
  readonly warmMs: number;
  readonly measureMs: number;
}

const SLOTS = 4;

let engine: Engine | undefined;
let bare: BareStore | undefined;
let runs = 0;

function opened(): Engine {
  if (!engine) throw new Error('open a town first');
  return engine;
}

/** A chain places a sale and cancels it, over and over: two commands, each one entry, with a timer promised and closed. */
async function placeAndCancel({ devices, inFlight, warmMs, measureMs }: EngineLoad): Promise<Rate> {
  const { system } = opened();
  const run = `run${++runs}`;
  const ask = async (chain: number, step: number, type: string, input: Json): Promise<unknown> => {
    // Each chain walks over the devices, in a way of its own.
    const to = `device:${deviceId((chain + 31 * Math.floor(step / 4)) % devices)}` as const;
    const answer = await system.ask({ to, type, input, caller: `passenger:p_${chain}`, id: `${run}.${step}` });
    if ('unstored' in answer) throw new Error(answer.unstored.message);
    const { outcome } = answer.value;
    if (!outcome.ok) throw new Error(outcome.error.message);
    return outcome.value;
  };
  const chains = new Chains(inFlight, async (chain, step) => {
    const lines = [{ slot: 1 + (chain % SLOTS), units: 1 }];
    const { sale } = (await ask(chain, step, 'placeSale', { lines })) as { sale: string };
    await ask(chain, step + 1, 'cancelSale', { sale });
    return 2;
  });
  const rate = await chains.run(warmMs, measureMs);
  await system.projected();
  return rate;
}

const tasks = {
  open: async ({ town, bareFolder }: { readonly town: string; readonly bareFolder?: string }): Promise<void> => {
    engine = await openEngine(town);
    if (bareFolder !== undefined) bare = await BareStore.open(bareFolder);
  },
  ours: async (load: EngineLoad): Promise<number> => (await placeAndCancel(load)).perSecond,
  /** CPU time of this process for each command, µs; and commands a second. */
  cost: async (load: EngineLoad): Promise<number> => 1e6 / (await placeAndCancel(load)).perSecond,
  /** What the engine writes under a load that is not measured, on the bare store, with as many callers waiting. */
  bare: async (load: EngineLoad): Promise<number> => {
    if (!bare) throw new Error('open a bare store first');
    const recording = await Recording.of(opened().level, () => placeAndCancel(load));
    return recording.play(bare, load.inFlight);
  },
  close: async (): Promise<void> => {
    await engine?.close();
    await bare?.close();
  },
};

export type EngineTasks = typeof tasks;

serveTasks(tasks);
