/**
 * What goes wrong in a simulated world, how often, and how often it did. Every chance is drawn from
 * the seed, so a seed meets the same faults each time.
 */

/** Faults of the network, of the node and of the clock; those of the store are the store's own. */
export const worldFaults = [
  'requestLost',
  'requestLate',
  'requestTwice',
  'answerLost',
  'messageLost',
  'messageLate',
  'messageTwice',
  'replyLost',
  'effectFailed',
  'crash',
  'crashOnLateWrite',
  'clockForward',
  'clockBack',
] as const;

export type WorldFault = (typeof worldFaults)[number];

/** Chance of each for one request, message or effect; of crashes and clock jumps, for {@link TICK_MS}. */
const chances: Readonly<Record<WorldFault, number>> = {
  requestLost: 0.04,
  requestLate: 0.1,
  requestTwice: 0.06,
  answerLost: 0.04,
  messageLost: 0.04,
  messageLate: 0.1,
  messageTwice: 0.06,
  replyLost: 0.04,
  effectFailed: 0.1,
  crash: 0.004,
  crashOnLateWrite: 0.25,
  clockForward: 0.001,
  clockBack: 0.001,
};

/** How often the node may crash or its clock be set, ms. */
export const TICK_MS = 250;

/** Chances of the store's faults, for one call. */
export const storeChances = {
  late: 0.06,
  lost: 0.02,
  replyLost: 0.02,
  torn: 0.03,
  lateWrite: 0.03,
  twice: 0.02,
  lateRead: 0.05,
} as const;

export class WorldFaults {
  readonly counts = Object.fromEntries(worldFaults.map((fault) => [fault, 0])) as Record<WorldFault, number>;
  /** No fault strikes a healed world. */
  healed = false;

  constructor(readonly random: () => number) {}

  strikes(fault: WorldFault): boolean {
    if (this.healed || this.random() >= chances[fault]) return false;
    this.counts[fault]++;
    return true;
  }

  /** A whole number, `from` <= n <= `to`. */
  between(from: number, to: number): number {
    return from + Math.floor(this.random() * (to - from + 1));
  }

  pick<T>(list: readonly T[]): T {
    const item = list[Math.floor(this.random() * list.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }
}
