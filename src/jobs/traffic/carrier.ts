/**
 * A driver who keeps his device filled: what runs low he orders at the nearest stations that have it, and runs an
 * errand for each order.
 */
import { setTimeout as pause } from 'node:timers/promises';

import { Errand, type Order, type Place, type Runner, type Slot, type Trip } from './errand.js';
import { Inbox, NothingCame } from './inbox.js';
import { Refused, type Line } from './line.js';
import type { Tally } from './tally.js';

/** How far a driver looks for stations, metres. */
const RADIUS = 100_000;
/** How often a driver looks for goods that he finds nowhere, and ms between. */
const LOOKS = 6;
const PAUSE_MS = 500;

/** One driver with one device. */
export class Carrier {
  private readonly inbox = new Inbox();
  private readonly runner: Runner;
  private refilling: Promise<void> | undefined;
  private again = false;

  constructor(
    /** `dr_…` */
    readonly driver: string,
    readonly device: string,
    readonly line: Line,
    private readonly trip: Trip,
    private readonly tally: Tally,
  ) {
    this.runner = { driver, device, line, trip, tally, inbox: this.inbox };
  }

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
      await Promise.all(orders.map((order) => this.orGiveUp(() => new Errand(order, this.runner).run(lacking))));
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
    let chosen = around.length > 0 ? around : await this.choose(this.trip.elsewhere(), lacking, share);
    // Which station has what is a view, and follows by moments: shelves that were just filled are found a little later.
    for (let look = 1; chosen.length === 0 && look < LOOKS; look++) {
      await pause(PAUSE_MS, undefined, { ref: false });
      chosen = await this.choose(this.trip.elsewhere(), lacking, share);
    }
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
}
