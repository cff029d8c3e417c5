/** Who buys what where: the same walk before ours and before the usual way. */
import { deviceId } from '../town/names.js';
import { LONGEST } from './chains.js';

/** A town as its shoppers see it. */
export interface Streets {
  readonly devices: number;
  readonly passengers: number;
  /** Slots of each device that are sold from. */
  readonly slots: number;
  /** Sales under way at a time. */
  readonly chains: number;
}

export interface Errand {
  /** Number of the passenger, and of the device. */
  readonly passenger: number;
  readonly box: number;
  readonly device: string;
  readonly lines: readonly { readonly slot: number; readonly units: number }[];
}

/** Devices that a chain goes to, one after the other: together the chains go to all of them. */
export function stops({ devices, passengers, chains }: Streets): number {
  return devices <= passengers ? 1 : Math.ceil(devices / chains);
}

/** One unit from a slot: a chain's passenger stays the same. */
export function errand(streets: Streets, chain: number, step: number): Errand {
  const { devices, passengers, slots, chains } = streets;
  const turn = Math.floor(step / LONGEST);
  const passenger = chain % passengers;
  // Where devices are few, chains of one passenger go to different ones, so that none has many unpaid sales of his.
  const first = devices <= passengers ? passenger + Math.floor(chain / passengers) : chain;
  const box = (first + chains * (turn % stops(streets))) % devices;
  return { passenger, box, device: deviceId(box), lines: [{ slot: 1 + (turn % slots), units: 1 }] };
}
