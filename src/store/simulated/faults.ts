/**
 * What may go wrong in the simulated store, how often, and how often it did. All chances are drawn
 * from the simulation's source, so the same seed meets the same faults.
 */
import type { Random } from './clock.js';

/**
 * What may befall one call to `append`.
 *
 *   late       the answer is right and takes long
 *   lost       nothing is stored; the outcome is unknown
 *   replyLost  all is stored; the outcome is unknown
 *   torn       of each actor's entries a first part is stored, and a first part of that is said to be
 *   lateWrite  the outcome is unknown; the write arrives later, perhaps when its node is long gone
 *   twice      the write arrives and is answered, and arrives a second time later
 *   noMajority from this write on no majority is there for a while; in the end what was written has one, or vanishes
 */
export const appendFaults = ['late', 'lost', 'replyLost', 'torn', 'lateWrite', 'twice', 'noMajority'] as const;

export type AppendFault = (typeof appendFaults)[number];

/** Faults that have a chance of their own; `lateRead`: a read takes long, and is old when it comes. */
export type FaultKind = AppendFault | 'lateRead';

/**
 * What a crash did to what was under way.
 *
 *   crashedWrite   it never arrived
 *   orphanedWrite  it still arrived, after the crash
 *   lazyLost       a marker's move, a snapshot or a row that was not durable went
 */
export type CrashEffect = 'crashedWrite' | 'orphanedWrite' | 'lazyLost';

/**
 * What became of rows that no majority had.
 *
 *   collidedUnseen  one was in the way of another, and no reader saw it
 *   rolledBack      one vanished
 */
export type MajorityEffect = 'collidedUnseen' | 'rolledBack';

/** All that is counted. */
export type Counted = FaultKind | CrashEffect | MajorityEffect;

/** Chances, 0 to 1, of each fault for one call. At most one strikes an append, so theirs add up to at most 1. */
export type FaultRates = Record<FaultKind, number>;

export class Faults {
  /** May be changed at any time. */
  readonly rates: FaultRates = {
    late: 0,
    lost: 0,
    replyLost: 0,
    torn: 0,
    lateWrite: 0,
    twice: 0,
    noMajority: 0,
    lateRead: 0,
  };
  /** How often each struck. */
  readonly counts: Record<Counted, number> = {
    ...this.rates,
    crashedWrite: 0,
    orphanedWrite: 0,
    lazyLost: 0,
    collidedUnseen: 0,
    rolledBack: 0,
  };
  private readonly random: Random;

  constructor(random: Random, rates: Partial<FaultRates>) {
    this.random = random;
    Object.assign(this.rates, rates);
  }

  /** The fault of one append, if any. */
  ofAppend(): AppendFault | undefined {
    let draw = this.random();
    for (const fault of appendFaults) {
      draw -= this.rates[fault];
      if (draw >= 0) continue;
      this.count(fault);
      return fault;
    }
    return undefined;
  }

  /** Whether one read is late. */
  ofRead(): boolean {
    const late = this.random() < this.rates.lateRead;
    if (late) this.count('lateRead');
    return late;
  }

  count(kind: Counted): void {
    this.counts[kind] += 1;
  }
}
