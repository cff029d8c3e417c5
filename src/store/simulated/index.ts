/**
 * The simulated store: the same ports in memory, on a clock and a source of randomness that the
 * simulation gives, with faults that it switches on. Same source, same faults, same answers.
 *
 * One SimulatedStore is what is durable. Each incarnation of a node opens its own handle on it; a
 * crash of that handle drops what was under way and what was lazy, and the next one opens anew.
 */
import { Collections } from '../collections.js';
import type { ActorId, CollectionDeclaration, Snapshot, Store } from '../ports.js';
import type { Random, SimulatedClock } from './clock.js';
import { Connection, type Cut, type World } from './connection.js';
import { Content, type Guard } from './content.js';
import { Faults, type FaultRates } from './faults.js';
import { mark, SimulatedJournal, type Durable } from './journal.js';
import { LazyLog, Losable } from './losable.js';
import { Majority } from './majority.js';
import { SimulatedSnapshots } from './snapshots.js';
import { SimulatedViews, type StoredRow } from './views.js';

export type { Random, SimulatedClock } from './clock.js';
export type { Cut } from './connection.js';
export type { Guard } from './content.js';
export type { AppendFault, Counted, CrashEffect, FaultKind, FaultRates, MajorityEffect } from './faults.js';

export interface SimulatedOptions {
  readonly clock: SimulatedClock;
  readonly random: Random;
  readonly collections?: readonly CollectionDeclaration[];
  /** Chances of each fault; absent: 0. */
  readonly rates?: Partial<FaultRates>;
  /** It runs on servers of its own, as MongoDB does: what it has taken in stays when a node crashes. */
  readonly apart?: boolean;
  /** A promise of the store to break, to prove that the simulation notices. */
  readonly without?: Guard;
}

/** A node's way to the store. After `crash` its promises never settle. */
export interface SimulatedHandle extends Store {
  crash(): void;
  /** The way to the store is cut until it is mended. */
  cut(broken: Cut): void;
  mend(): void;
}

/** How long no majority is there, ms. */
const MINORITY = { from: 20, to: 4000 };

export class SimulatedStore {
  /** Chances and counts; chances may be changed at any time. */
  readonly faults: Faults;
  private readonly world: World;
  private readonly options: SimulatedOptions;
  private readonly collections: Collections;
  private readonly durable: Durable;
  private readonly lazy = new LazyLog();
  private readonly snapshots = new Losable<ActorId, number, Snapshot>(this.lazy);
  private readonly tables = new Losable<string, string, StoredRow>(this.lazy);

  constructor(options: SimulatedOptions) {
    this.faults = new Faults(options.random, options.rates ?? {});
    const { clock, random, without, apart = false } = options;
    const majority = new Majority(random);
    this.options = options;
    this.world = { clock, random, faults: this.faults, majority, apart };
    this.collections = new Collections(options.collections ?? []);
    this.durable = {
      content: new Content(majority, without, () => {
        this.faults.count('collidedUnseen');
      }),
      markers: new Losable<ActorId, number, number>(this.lazy),
      loseMajority: () => {
        this.loseMajority();
      },
    };
  }

  /**
   * A handle for one incarnation of a node, which hears answers by a clock of its own. Several may be open at a time.
   */
  open(hearing: SimulatedClock = this.world.clock): SimulatedHandle {
    const connection = new Connection(this.world, hearing);
    return {
      id: 'simulated',
      journal: new SimulatedJournal(this.world, connection, this.durable, this.options.without),
      snapshots: new SimulatedSnapshots(connection, this.snapshots),
      views: new SimulatedViews(connection, this.collections, this.tables),
      warnings: [],
      answers: () => connection.read(() => undefined),
      buffers: () => 0,
      close: () => {
        connection.close();
        return Promise.resolve();
      },
      crash: () => {
        connection.crash();
        if (!this.world.apart) this.lose();
      },
      cut: (broken) => {
        connection.cut(broken);
      },
      mend: () => {
        connection.mend();
      },
    };
  }

  /** Flips a bit of a stored entry. */
  damage(actor: ActorId, seq: number): void {
    this.durable.content.damage(actor, seq);
  }

  /** A majority is there again, with all rows, or with another server that has none of those. */
  private regainMajority(): void {
    const { majority, random } = this.world;
    majority.regain();
    if (random() < 0.5) {
      for (let rows = this.durable.content.rollBack(); rows > 0; rows -= 1) this.faults.count('rolledBack');
      return;
    }
    for (const { entry, wake } of this.durable.content.settle()) mark(this.durable.markers, entry, wake);
  }

  private loseMajority(): void {
    const { majority, random, clock } = this.world;
    if (majority.away) return;
    majority.lose();
    clock.after(MINORITY.from + random() * (MINORITY.to - MINORITY.from), () => {
      this.regainMajority();
    });
  }

  private lose(): void {
    for (let lost = this.lazy.crash(this.world.random); lost > 0; lost -= 1) this.faults.count('lazyLost');
  }
}
