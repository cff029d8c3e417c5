/**
 * A small town at the server's door: who is there, and the setting up before anything is killed.
 */
import { setTimeout as pause } from 'node:timers/promises';

import type { Auth, Pushed, Requests } from '../../src/client/index.js';
import type { Dice } from '../../src/jobs/demo/city/dice.js';
import { connect } from '../../src/client/index.js';
import type { ActorId } from '../../src/store/ports.js';
import { Caller, type Door } from './caller.js';
import { OPERATOR } from './settings.js';
import { PRODUCTS, report, restock, serve } from './people.js';
import type { TownSize } from './town-size.js';

const PASSWORD = 'a password of the town';
const CAPACITY = 999;
/** Minor units; nobody runs out of it. */
const PORTION = 10_000_000;
/** Devices that one passenger buys at. */
const USUAL = 3;

/** A driver and his device. */
export interface Car {
  readonly driver: Caller;
  readonly box: Caller;
}

export class Town {
  readonly passengers: { readonly caller: Caller; readonly devices: readonly string[] }[] = [];
  readonly cars: Car[] = [];
  readonly stations = new Map<string, Caller>();
  private shop: 'open' | 'shut' | 'closed' = 'shut';
  private readonly waiting: (() => void)[] = [];
  private readonly busy = new Set<Promise<void>>();

  private constructor(
    readonly door: Door,
    readonly dice: Dice,
    private readonly pauseMs: number,
  ) {}

  /** Registers everybody, fills shelves, slots and wallets. */
  static async settle(door: Door, dice: Dice, size: TownSize): Promise<Town> {
    const town = new Town(door, dice, size.pauseMs ?? 0);
    const admin = await town.logIn();
    await admin.must('catalogue.put', { products: PRODUCTS.map((id) => ({ id, name: id.slice(3) })) });
    await each(size.stations, (n) => town.openStation(admin, `st_${n}`));
    await each(size.devices, (n) => town.addCar(admin, n));
    await each(size.passengers, (n) => town.addPassenger(admin, n));
    await Promise.all(town.cars.map((car) => restock(town, car, { units: 400, sure: true })));
    admin.close();
    return town;
  }

  get callers(): Caller[] {
    const cars = this.cars.flatMap(({ driver, box }) => [driver, box]);
    return [...this.passengers.map(({ caller }) => caller), ...cars, ...this.stations.values()];
  }

  /** People begin new things until it shuts; what they began goes on. */
  open(): void {
    this.shop = 'open';
    for (const go of this.waiting.splice(0)) go();
  }

  shut(): void {
    this.shop = 'shut';
  }

  /** Shuts for ever. */
  close(): void {
    this.shop = 'closed';
    for (const go of this.waiting.splice(0)) go();
  }

  /** Resolves when something new may be begun; false when never again. */
  async mayBegin(): Promise<boolean> {
    if (this.pauseMs > 0) await pause(this.pauseMs * (0.5 + this.dice.next()));
    while (this.shop === 'shut') await new Promise<void>((resolve) => this.waiting.push(resolve));
    return this.shop === 'open';
  }

  /** Work that answers a push; it must come to its end. */
  track(what: string, work: Promise<void>): void {
    const tracked = work.catch((error: unknown) => {
      this.door.ledger.violation(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    });
    this.busy.add(tracked);
    void tracked.finally(() => this.busy.delete(tracked));
  }

  /** Resolves when all tracked work is done. */
  async idle(): Promise<void> {
    while (this.busy.size > 0) await Promise.all(this.busy);
  }

  /** Everybody hangs up. */
  leave(): void {
    for (const caller of this.callers) caller.close();
  }

  private caller(subject: string, auth: Auth): Caller {
    return new Caller(this.door, subject as ActorId, auth);
  }

  /** The platform's own operator; whoever asks for him closes him. */
  async logIn(): Promise<Caller> {
    const guest = connect(this.door.url);
    try {
      const { access, subject } = await guest.ask('auth.logIn', OPERATOR);
      return this.caller(subject, { token: access });
    } finally {
      guest.close();
    }
  }

  private async openStation(admin: Caller, station: string): Promise<void> {
    await admin.must('station.register', { id: station, name: station, lon: 121.4, lat: 31.2 });
    const who = { name: station, password: PASSWORD };
    const { code } = await admin.must('auth.invite', { role: 'station', name: station, station });
    const { access, subject } = await admin.must('auth.accept', { code, ...who });
    const caller = this.caller(subject, { token: access });
    await caller.must('station.stock', { lines: PRODUCTS.map((product) => ({ product, units: 500_000, price: 100 })) });
    const orders = serve(this, caller);
    await caller.follow(`station:${station}/orders`, orders);
    this.stations.set(station, caller);
  }

  private async addCar(admin: Caller, n: number): Promise<void> {
    const device = `d_${n}`;
    const { key } = await admin.must('device.register', { id: device, name: device });
    const box = this.caller(`device:${device}`, { device, key });
    const driver = await this.signUp(admin, 'driver', `driver${n}`);
    const { code } = await box.must('device.showCode', {});
    await driver.must('device.claim', { device, code });
    const slots = PRODUCTS.map((product, i) => ({ slot: i + 1, product, capacity: CAPACITY, price: 300 + 250 * i }));
    await driver.must('device.planogram', { device, slots });
    await box.follow(`device:${device}/box`, report(this, box));
    const noted = (push: Pushed): void => {
      const { restock: order, load } = push.data as { restock?: string; load?: string };
      driver.note(order ?? load ?? '', push);
    };
    await driver.follow(`driver:${driver.key}/me`, noted);
    for (const station of this.stations.keys()) await driver.follow(`station:${station}/driver.${driver.key}`, noted);
    this.cars.push({ driver, box });
  }

  private async addPassenger(admin: Caller, n: number): Promise<void> {
    const caller = await this.signUp(admin, 'passenger', `passenger${n}`);
    const devices = this.dice.shuffle(this.cars.map(({ box }) => box.key)).slice(0, USUAL);
    for (const device of devices) await caller.follow(`device:${device}/passenger.${caller.key}`, () => undefined);
    this.passengers.push({ caller, devices });
  }

  /** With a full wallet. */
  private async signUp(admin: Caller, role: 'passenger' | 'driver', name: string): Promise<Caller> {
    const person: Requests['auth.signUp']['input'] = { role, name, password: PASSWORD };
    const { access, subject } = await admin.must('auth.signUp', person);
    const caller = this.caller(subject, { token: access });
    await caller.follow(`wallet:${caller.key}/balance`, (push) => {
      if ((push.data as { amount: number }).amount > 0) caller.note('wallet', push);
    });
    await caller.ask('wallet.topUp', { amount: PORTION, currency: 'CNY', provider: 'sandbox' });
    await caller.hear('wallet', 'wallet.changed');
    return caller;
  }
}

/** All at once: 1 to `count`. */
async function each(count: number, work: (n: number) => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, i) => work(i + 1)));
}
