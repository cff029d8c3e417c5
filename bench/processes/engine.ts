/**
 * The engine and the bare store, each in turn, in one process of their own: sale commands asked of the engine as the
 * gateway asks them; and the very entries that came of it, put into LevelDB with nothing around it.
 */
import { encodeEntry } from '#built/store/codec.js';
import type { Json } from '#built/store/ports.js';
import { serveTasks } from '../kit/child.js';
import { Chains, type Rate } from '../load/chains.js';
import { BareStore, type Written } from '../reference/bare-store.js';
import { deviceId } from '../town/devices.js';
import { openEngine, type Engine } from '../town/engine.js';

export interface EngineLoad {
  /** Actors that the commands go to. */
  readonly devices: number;
  readonly inFlight: number;
  readonly warmMs: number;
  readonly measureMs: number;
}

/** Entries that the bare store writes at most in one measurement: they are kept in memory. */
const MOST = 150_000;
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

/** The entries of the last run, in the order of their time. */
async function entriesOfLastRun(): Promise<Written[]> {
  const mark = `:run${runs}.`;
  const found: (Written & { readonly at: number })[] = [];
  for await (const entry of opened().store.journal.scan()) {
    if (!entry.commandId.includes(mark)) continue;
    const { actor, seq, commandId, at } = entry;
    found.push({ actor, seq, commandId, at, text: encodeEntry(entry) });
    if (found.length === MOST) break;
  }
  return found.sort((a, b) => a.at - b.at || a.seq - b.seq);
}

async function bareRate(store: BareStore, entries: readonly Written[], callers: number): Promise<number> {
  const began = performance.now();
  const rest = entries.values();
  const caller = async (): Promise<void> => {
    for (const entry of rest) await store.append(entry);
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return (entries.length / (performance.now() - began)) * 1_000;
}

const tasks = {
  open: async ({ town, bareFolder }: { readonly town: string; readonly bareFolder?: string }): Promise<void> => {
    engine = await openEngine(town);
    if (bareFolder !== undefined) bare = await BareStore.open(bareFolder);
  },
  ours: async (load: EngineLoad): Promise<number> => (await placeAndCancel(load)).perSecond,
  /** CPU time of this process for each command, µs; and commands a second. */
  cost: async (load: EngineLoad): Promise<number> => 1e6 / (await placeAndCancel(load)).perSecond,
  /** The same entries on the bare store, as many callers waiting; call it after `ours`. */
  bare: async ({ inFlight }: EngineLoad): Promise<number> => {
    if (!bare) throw new Error('open a bare store first');
    return bareRate(bare, await entriesOfLastRun(), inFlight);
  },
  close: async (): Promise<void> => {
    await engine?.close();
    await bare?.close();
  },
};

export type EngineTasks = typeof tasks;

serveTasks(tasks);
