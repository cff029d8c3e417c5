/**
 * The simulated store: the same ports in memory, on a clock and a source of randomness that the
 * simulation gives, with faults that it switches on. Same source, same faults, same answers.
 *
 * One SimulatedStore is what is durable. Each incarnation of a node opens its own handle on it; a
 * crash of that handle drops what was under way and what was lazy, and the next one opens anew.
 */
import { Collections } from '../collections.js';
import type { ActorId, CollectionDeclaration, Store } from '../ports.js';
import type { Random, SimulatedClock } from './clock.js';
import { Connection, type World } from './connection.js';
import { Content, type Guard } from './content.js';
import { Faults, type FaultRates } from './faults.js';
import { SimulatedJournal, type Durable, type Markers } from './journal.js';
import { Losable } from './losable.js';
import { SimulatedSnapshots, type SnapshotTexts } from './snapshots.js';
import { SimulatedViews, type Tables } from './views.js';

export type { Random, SimulatedClock } from './clock.js';
export type { Guard } from './content.js';
export type { AppendFault, CrashEffect, FaultKind, FaultRates } from './faults.js';

export interface SimulatedOptions {
  readonly clock: SimulatedClock;
  readonly random: Random;
  readonly collections?: readonly CollectionDeclaration[];
  /** Chances of each fault; absent: 0. */
  readonly rates?: Partial<FaultRates>;
  /** A promise of the store to break, to prove that the simulation notices. */
  readonly without?: Guard;
}

/** A node's way to the store. After `crash` its promises never settle. */
export interface SimulatedHandle extends Store {
  crash(): void;
}

export class SimulatedStore {
  /** Chances and counts; chances may be changed at any time. */
  readonly faults: Faults;
  private readonly world: World;
  private readonly without: Guard | undefined;
  private readonly collections: Collections;
  private readonly durable: Durable;
  private readonly snapshots = new Losable<SnapshotTexts>(() => new Map());
  private readonly tables = new Losable<Tables>(() => new Map());

  constructor(options: SimulatedOptions) {
    this.faults = new Faults(options.random, options.rates ?? {});
    this.world = { clock: options.clock, random: options.random, faults: this.faults };
    this.without = options.without;
    this.collections = new Collections(options.collections ?? []);
    this.durable = { content: new Content(options.without), markers: new Losable<Markers>(() => new Map()) };
  }

  /** A handle for one incarnation of a node. Several may be open at a time. */
  open(): SimulatedHandle {
    const connection = new Connection(this.world);
    return {
      id: 'simulated',
      journal: new SimulatedJournal(this.world, connection, this.durable, this.without),
      snapshots: new SimulatedSnapshots(connection, this.snapshots),
      views: new SimulatedViews(connection, this.collections, this.tables),
      warnings: [],
      close: () => {
        connection.close();
        return Promise.resolve();
      },
      crash: () => {
        connection.crash();
        this.lose();
      },
    };
  }

  /** Flips a bit of a stored entry. */
  damage(actor: ActorId, seq: number): void {
    this.durable.content.damage(actor, seq);
  }

  private lose(): void {
    for (const state of [this.durable.markers, this.snapshots, this.tables]) {
      const lost = state.crash(this.world.random);
      for (let i = 0; i < lost; i += 1) this.faults.count('lazyLost');
    }
  }
}
