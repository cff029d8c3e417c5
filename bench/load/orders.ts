/** Sales asked of the engine as the gateway asks them, without a gateway. */
import type { System } from '#built/actors/runtime/system.js';
import type { Json } from '#built/store/ports.js';
import { deviceId } from '../town/names.js';
import { Chains, type Rate } from './chains.js';

export interface OrderLoad {
  /** Numbers of the devices that the commands go to. */
  readonly devices: readonly number[];
  readonly inFlight: number;
  readonly warmMs: number;
  readonly measureMs: number;
}

/** Slots that devices are sold from. */
const SLOTS = 4;

let runs = 0;

/**
 * A chain places a sale and cancels it, over and over: two commands, each one entry, with a timer promised and closed.
 */
export function placeAndCancel(system: Pick<System, 'ask'>, load: OrderLoad): Promise<Rate> {
  const { devices, inFlight, warmMs, measureMs } = load;
  const run = `run${++runs}`;
  const ask = async (chain: number, step: number, type: string, input: Json): Promise<unknown> => {
    // Each chain walks over the devices, in a way of its own.
    const number = devices[(chain + 31 * Math.floor(step / 4)) % devices.length] ?? 0;
    const to = `device:${deviceId(number)}` as const;
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
  return chains.run(warmMs, measureMs);
}
