/**
 * A driver who keeps his device filled: what runs low he orders at the nearest stations that have it, picks it up and
 * loads it.
 */
import { Inbox, NothingCame } from './inbox.js';
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

interface Slot {
  readonly slot: number;
  readonly product: string;
  readonly capacity: number;
  readonly count: number;
}

interface Order {
  readonly restock: string;
  readonly station: string;
}

/** How far a driver looks for stations, metres. */
const RADIUS = 100_000;
/** ms that a station or the server may take for one step. */
const STEP_WITHIN = 120_000;

/** One driver with one device. */
export class Carrier {
  private readonly inbox = new Inbox();
  private refilling: Promise<void> | undefined;
  private again = false;

  constructor(
    /** `dr_…` */
    readonly driver: string,
    readonly device: string,
    readonly line: Line,
    private readonly trip: Trip,
    private readonly tally: Tally,
  ) {}

  /** Listens to what the device and the stations say; from now on low stock is filled up. */
  async start(): Promise<void> {
    await this.line.follow(`driver:${this.driver}/me`, ({ name, data }) => {
      const { restock, load } = data as { readonly restock?: string; readonly load?: string };
      this.inbox.put(restock ?? load ?? '', { name, data });
    });
    await this.line.follow(`device:${this.device}/owner`, ({ name }) => {
      if (name !== 'stock.low') return;
      this.tally.count('low stock');
      void this.refill();
    });
  }

  /**
   * Fills up what is half empty; when it is being done already, once more after that.
   * @param share how much of what is missing, above 0 up to 1
   */
  refill(share = 1): Promise<void> {
    if (this.refilling) {
      this.again = true;
      return this.refilling;
    }
    this.refilling = this.fill(share).finally(() => {
      this.refilling = undefined;
      if (!this.again) return;
      this.again = false;
      void this.refill();
    });
    return this.refilling;
  }

  /** Resolves when nothing is being restocked, and no notice of low stock is on its way. */
  async idle(): Promise<void> {
    // The answer comes behind every push that was told before it.
    await this.line.ask('driver.home', {});
    while (this.refilling) await this.refilling;
  }

  private async fill(share: number): Promise<void> {
    const began = performance.now();
    await this.orGiveUp(async () => {
      const { slots } = await this.line.ask('device.home', { device: this.device });
      const lacking = slots.filter(({ count, capacity }) => count <= capacity / 2);
      if (lacking.length === 0) return;
      const orders = await this.order(lacking, share);
      // What becomes of one order is no matter of the others.
      await Promise.all(orders.map((order) => this.orGiveUp(() => this.bring(order, lacking))));
      if (orders.length > 0) this.tally.took('whole restock', began);
    });
  }

  /** What the server refuses, and what does not come, ends a restock; it is counted. */
  private async orGiveUp(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Refused || error instanceof NothingCame)) throw error;
      this.tally.count('restocks given up');
    }
  }

  /** Orders each product at the nearest station that has it. */
  private async order(lacking: readonly Slot[], share: number): Promise<readonly Order[]> {
    const around = await this.choose(this.trip.place(), lacking, share);
    const chosen = around.length > 0 ? around : await this.choose(this.trip.elsewhere(), lacking, share);
    if (chosen.length === 0) return [];
    for (const line of chosen) await this.line.ask('cart.set', line);
    const { restocks } = await this.line.ask('restock.checkOut', {});
    this.tally.count('restocks placed', restocks.length);
    return restocks;
  }

  private async choose({ lon, lat }: Place, lacking: readonly Slot[], share: number) {
    const products = lacking.map(({ product }) => product);
    const near = await this.line.ask('station.near', { lon, lat, radiusM: RADIUS, lacking: products });
    return lacking.flatMap(({ product, capacity, count }) => {
      const station = near.stations.find(({ has }) => has.includes(product))?.id;
      if (station === undefined) return [];
      return [{ station, product, units: Math.ceil((capacity - count) * share), chosen: true }];
    });
  }

  /** One order from its payment to the loading. */
  private async bring({ restock, station }: Order, lacking: readonly Slot[]): Promise<void> {
    const stream = `station:${station}/driver.${this.driver}`;
    try {
      await this.line.follow(stream, ({ name, data }) => {
        this.inbox.put((data as { restock: string }).restock, { name: `station ${name}`, data });
      });
      const placed = await this.hear(restock, ['restock.placed', 'restock.refused']);
      if (placed.name === 'restock.refused')
        throw new Refused({ code: 'restock_refused', message: `${station} did not take ${restock}` });
      await this.pay(restock, station);
      const accepted = await this.hear(restock, ['station restock.accepted', 'station restock.refused']);
      if (accepted.name !== 'station restock.accepted')
        throw new Refused({ code: 'restock_refused', message: `${station} refused ${restock}` });
      this.tally.count('restocks accepted');
      const { code, currency, amount } = accepted.data as { code: string; currency: string; amount: number };
      this.tally.settled('restocks', currency, amount);
      await this.trip.drive(station);
      await this.hear(restock, ['station restock.ready']);
      if (!(await this.trip.showCode(station, restock, code)))
        throw new Refused({ code: 'wrong_code', message: `${station} did not hand over ${restock}` });
      const received = await this.hear(restock, ['goods.received']);
      this.tally.count('restocks picked up');
      await this.load((received.data as { lines: readonly ProductUnits[] }).lines, lacking);
    } finally {
      this.line.leave(stream);
      this.inbox.forget(restock);
    }
  }

  private async pay(restock: string, station: string): Promise<void> {
    for (let tries = 1; ; tries++) {
      await this.line.ask('restock.pay', { station, restock, method: 'balance' });
      const answer = await this.hear(restock, ['station restock.paid', 'station restock.unpaid']);
      if (answer.name === 'station restock.paid') break;
      if (tries === 3) throw new Refused({ code: 'insufficient_funds', message: `${restock} could not be paid` });
      await this.trip.topUp();
    }
    this.tally.count('restocks paid');
  }

  private async load(goods: readonly ProductUnits[], slots: readonly Slot[]): Promise<void> {
    const lines = goods.flatMap(({ product, units }) => {
      const slot = slots.find((candidate) => candidate.product === product)?.slot;
      return slot === undefined ? [] : [{ slot, product, units }];
    });
    if (lines.length === 0) return;
    const { load } = await this.line.ask('goods.load', { device: this.device, lines });
    await this.hear(load, ['goods.loaded']);
    this.inbox.forget(load);
    this.tally.count('restocks loaded');
  }

  private hear(about: string, names: readonly string[]) {
    return this.inbox.wait(about, names, STEP_WITHIN);
  }
}
