/**
 * One errand of a driver: an order at one station, from its payment to the loading of his device.
 */
import type { Inbox, Note } from './inbox.js';
import { Refused, type Line } from './line.js';
import type { Tally } from './tally.js';

/** A quantity of one product. */
export interface ProductUnits {
  readonly product: string;
  readonly units: number;
}

/** A place on the map, degrees. */
export interface Place {
  readonly lon: number;
  readonly lat: number;
}

/** What a driver needs beside his connection. */
export interface Trip {
  /** Where the car is. */
  readonly place: () => Place;
  /** Where he looks for stations when there is none around the car. */
  readonly elsewhere: () => Place;
  /** Drives to a station; resolves when the car stands there. */
  readonly drive: (station: string) => Promise<void>;
  /** Shows the pick-up code at a station's counter; true when the goods are handed over. */
  readonly showCode: (station: string, restock: string, code: string) => Promise<boolean>;
  /** Puts money into the driver's wallet when it does not suffice. */
  readonly topUp: () => Promise<void>;
}

/** A slot of the device that is to be filled. */
export interface Slot {
  readonly slot: number;
  readonly product: string;
  readonly capacity: number;
  readonly count: number;
}

/** An order that was placed. */
export interface Order {
  readonly restock: string;
  readonly station: string;
}

/** Who runs errands, and with what. */
export interface Runner {
  /** `dr_…` */
  readonly driver: string;
  /** `d_…` */
  readonly device: string;
  readonly line: Line;
  readonly trip: Trip;
  readonly tally: Tally;
  /** What the driver hears: by restock, and by load. */
  readonly inbox: Inbox;
}

/** ms that a station or the server may take for one step. */
const STEP_WITHIN = 120_000;

/** One order's errand. */
export class Errand {
  constructor(
    private readonly order: Order,
    private readonly runner: Runner,
  ) {}

  /** Pays, drives, picks up and loads; rejects with {@link Refused} or `NothingCame` where it ends before. */
  async run(lacking: readonly Slot[]): Promise<void> {
    const { restock, station } = this.order;
    const { driver, line, trip, tally, inbox } = this.runner;
    const stream = `station:${station}/driver.${driver}`;
    try {
      await line.follow(stream, ({ name, data }) => {
        inbox.put((data as { restock: string }).restock, { name: `station ${name}`, data });
      });
      const placed = await this.hear(['restock.placed', 'restock.refused']);
      if (placed.name === 'restock.refused')
        throw new Refused({ code: 'restock_refused', message: `${station} did not take ${restock}` });
      await this.pay();
      const accepted = await this.hear(['station restock.accepted', 'station restock.refused']);
      if (accepted.name !== 'station restock.accepted')
        throw new Refused({ code: 'restock_refused', message: `${station} refused ${restock}` });
      tally.count('restocks accepted');
      const { code, currency, amount } = accepted.data as { code: string; currency: string; amount: number };
      tally.settled('restocks', currency, amount);
      await trip.drive(station);
      await this.hear(['station restock.ready']);
      if (!(await trip.showCode(station, restock, code)))
        throw new Refused({ code: 'wrong_code', message: `${station} did not hand over ${restock}` });
      const received = await this.hear(['goods.received']);
      tally.count('restocks picked up');
      await this.load((received.data as { lines: readonly ProductUnits[] }).lines, lacking);
    } finally {
      line.leave(stream);
      inbox.forget(restock);
    }
  }

  private async pay(): Promise<void> {
    const { restock, station } = this.order;
    const { line, trip, tally } = this.runner;
    for (let tries = 1; ; tries++) {
      await line.ask('restock.pay', { station, restock, method: 'balance' });
      const answer = await this.hear(['station restock.paid', 'station restock.unpaid']);
      if (answer.name === 'station restock.paid') break;
      if (tries === 3) throw new Refused({ code: 'insufficient_funds', message: `${restock} could not be paid` });
      await trip.topUp();
    }
    tally.count('restocks paid');
  }

  private async load(goods: readonly ProductUnits[], slots: readonly Slot[]): Promise<void> {
    const lines = goods.flatMap(({ product, units }) => {
      const slot = slots.find((candidate) => candidate.product === product)?.slot;
      return slot === undefined ? [] : [{ slot, product, units }];
    });
    if (lines.length === 0) return;
    const { device, line, tally, inbox } = this.runner;
    const { load } = await line.ask('goods.load', { device, lines });
    await inbox.wait(load, ['goods.loaded'], STEP_WITHIN);
    inbox.forget(load);
    tally.count('restocks loaded');
  }

  private hear(names: readonly string[]): Promise<Note> {
    return this.runner.inbox.wait(this.order.restock, names, STEP_WITHIN);
  }
}
