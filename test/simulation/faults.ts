/**
 * What goes wrong in a simulated world, how often, and how often it did. Every chance is drawn from
 * the seed, so a seed meets the same faults each time.
 */
import type { Counted, FaultRates } from '../../src/store/simulated/index.js';

/** Chance of each for one request, message or effect. */
const onTheWay = {
  requestLost: 0.04,
  requestLate: 0.1,
  requestTwice: 0.06,
  answerLost: 0.04,
  messageLost: 0.04,
  messageLate: 0.1,
  messageTwice: 0.06,
  messageReplyLost: 0.04,
  effectFailed: 0.1,
  effectUnheard: 0.05,
} as const;

/** Chance of each for one machine in {@link TICK_MS}. */
const ofMachines = {
  crash: 0.004,
  crashOnLateWrite: 0.25,
  clockForward: 0.001,
  clockBack: 0.001,
} as const;

/** Chance in {@link TICK_MS} that somebody archives what is old; counted where something was. */
const ofOperators = {
  archived: 0.006,
} as const;

/** Of several nodes. Chance of each for one message of the line between them. */
const onTheLine = {
  lineLost: 0.02,
  lineLate: 0.04,
  lineTwice: 0.04,
} as const;

/**
 * Of several nodes. Chance of each for one machine in {@link TICK_MS}; that of the last three for Redis.
 *
 *   paused            its process stands still, mostly longer than the others wait for it, and goes on
 *   drained           it hands over and ends, and begins anew
 *   cutFromNode       what it tells another does not arrive, one way or both
 *   cutFromRedis      nothing goes through, one way or both, and nobody says so
 *   redisRefused      its connections to Redis break, and none is to be had
 *   cutFromStore      nothing goes through, one way or both
 *   staleView         it is shown an old node table, and so sees other nodes than the others do
 *   redisFlushed      Redis forgets all
 *   redisAway         nobody reaches Redis
 */
const ofNodes = {
  paused: 0.0025,
  drained: 0.0015,
  cutFromNode: 0.003,
  cutFromRedis: 0.002,
  redisRefused: 0.002,
  cutFromStore: 0.002,
  staleView: 0.002,
  redisFlushed: 0.003,
  redisAway: 0.001,
} as const;

const chances = { ...onTheWay, ...ofMachines, ...ofOperators, ...onTheLine, ...ofNodes };

/** Faults of the network, of machines and of Redis; those of the store are the store's own. */
export type WorldFault = keyof typeof chances;

/** How often something may happen to a machine, ms. */
export const TICK_MS = 250;

/** Chances of the store's faults, for one call. */
export function storeChances(nodes: number): Partial<FaultRates> {
  return {
    late: 0.06,
    lost: 0.02,
    replyLost: 0.02,
    torn: 0.03,
    lateWrite: 0.03,
    twice: 0.02,
    lateRead: 0.05,
    // Several nodes need a store that is apart from them: MongoDB, which may lose its majority.
    noMajority: nodes > 1 ? 0.02 : 0,
  };
}

/** Counts of faults that can strike a world of so many nodes, and of the ways in which its provider can behave. */
export function possible(
  nodes: number,
  world: Readonly<Record<WorldFault, number>>,
  store: Readonly<Record<Counted, number>>,
  provider: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const said = Object.fromEntries(Object.entries(provider).map(([how, times]) => [`provider ${how}`, times]));
  const { noMajority, collidedUnseen, rolledBack, lazyLost, ...always } = store;
  if (nodes > 1) return { ...world, ...always, noMajority, collidedUnseen, rolledBack, ...said };
  const together = new Set<string>([...Object.keys(onTheLine), ...Object.keys(ofNodes)]);
  const alone = Object.entries(world).filter(([fault]) => !together.has(fault));
  return { ...Object.fromEntries(alone), ...always, lazyLost, ...said };
}

export class WorldFaults {
  readonly counts = Object.fromEntries(Object.keys(chances).map((fault) => [fault, 0])) as Record<WorldFault, number>;
  /** No fault strikes a healed world. */
  healed = false;

  constructor(readonly random: () => number) {}

  strikes(fault: WorldFault): boolean {
    if (!this.draws(fault)) return false;
    this.count(fault);
    return true;
  }

  /** Whether it is tried; {@link count} where it came to something. */
  draws(fault: WorldFault): boolean {
    return !this.healed && this.random() < chances[fault];
  }

  count(fault: WorldFault): void {
    this.counts[fault]++;
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

/** Strikes where it was asked to, the next so many times that it may, and nowhere else. */
export class AskedFaults extends WorldFaults {
  private readonly asked = new Map<WorldFault, number>();

  ask(fault: WorldFault, times: number): void {
    this.asked.set(fault, (this.asked.get(fault) ?? 0) + times);
  }

  override strikes(fault: WorldFault): boolean {
    const left = this.asked.get(fault) ?? 0;
    if (this.healed || left === 0) return false;
    this.asked.set(fault, left - 1);
    this.counts[fault]++;
    return true;
  }
}

/** Faults that can be asked for in a world of so many nodes. */
export function askable(nodes: number): readonly WorldFault[] {
  const tables = [onTheWay, ofMachines, ...(nodes > 1 ? [onTheLine, ofNodes] : [])];
  return tables.flatMap((table) => Object.keys(table) as WorldFault[]);
}
