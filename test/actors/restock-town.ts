/** A small town for tests of restocks: two stations, two drivers with money and a device each, the real actors. */
import { deviceActor } from '../../src/actors/device/index.js';
import { driverActor } from '../../src/actors/driver/index.js';
import { fleetActor } from '../../src/actors/fleet/index.js';
import { paymentActor } from '../../src/actors/payment/index.js';
import { rankingActor } from '../../src/actors/ranking/index.js';
import { digest } from '../../src/actors/shared/secret.js';
import { stationActor } from '../../src/actors/station/index.js';
import type { StationState } from '../../src/actors/station/state.js';
import { defaultTerms } from '../../src/actors/terms.js';
import { walletActor } from '../../src/actors/wallet/index.js';
import type { ActorId, Entry, Json, Outcome } from '../../src/store/ports.js';
import { callBack, paid, ScriptedProvider } from '../support/provider.js';
import { inMemory, type Stage, type StageOf } from '../support/stage.js';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** What each station sells: product, units, price in fen. */
export const SUPPLY = [
  ['pr_tea', 40, 300],
  ['pr_nuts', 20, 550],
  ['pr_water', 100, 120],
] as const;

type Units = Readonly<Record<string, number>>;

export class Town {
  readonly provider = new ScriptedProvider();
  readonly stage: Stage;

  constructor(
    now?: number,
    readonly terms = defaultTerms,
    stageOf: StageOf = inMemory,
  ) {
    const definitions = [
      stationActor(terms),
      driverActor(terms),
      deviceActor(terms),
      fleetActor(),
      walletActor(),
      paymentActor(terms),
      rankingActor(),
    ];
    this.stage = stageOf(definitions, now, { provider: this.provider.effect });
  }

  /** Stations st_1 and st_2 with {@link SUPPLY}; drivers dr_1 and dr_2 with 1,000 yuan and devices d_1 and d_2. */
  static async open(now?: number, terms = defaultTerms, stageOf?: StageOf): Promise<Town> {
    const town = new Town(now, terms, stageOf);
    for (const station of ['st_1', 'st_2']) await town.openStation(station);
    for (const n of ['1', '2']) {
      await town.must(`driver:dr_${n}`, 'setProfile', { displayName: `Driver ${n}` }, `driver:dr_${n}`);
      await town.fill(`dr_${n}`, 100_000);
      await town.giveDevice(`d_${n}`, `dr_${n}`);
    }
    return town;
  }

  /** A command that must be granted; gives its reply. */
  async must<R = unknown>(to: ActorId, type: string, input: Json, caller: string): Promise<R> {
    const outcome = await this.stage.ask(to, type, input, caller);
    if (!outcome.ok) throw new Error(`${type} at ${to}: ${outcome.error.code}, ${outcome.error.message}`);
    return outcome.value as R;
  }

  async openStation(station: string): Promise<void> {
    const place = { name: `Station ${station}`, lon: 121.4, lat: 31.2, address: '1 Long Street' };
    await this.must(`station:${station}`, 'register', place, 'platform:ops');
    const lines = SUPPLY.map(([product, units, price]) => ({ product, name: nameOf(product), units, price }));
    await this.must(`station:${station}`, 'stock', { lines }, `station:${station}`);
  }

  /** Money from the provider into a driver's wallet. */
  async fill(driver: string, amount: number): Promise<void> {
    const payment = `pay_of_${driver}_${this.stage.entries.length}`;
    const purpose = { kind: 'topUp', key: driver };
    const open = { provider: 'sandbox', amount, currency: 'CNY', purpose, payer: `driver:${driver}` };
    await this.must(`payment:${payment}`, 'open', open, `driver:${driver}`);
    await callBack(this.stage, payment, paid(this.provider.receipt(amount)));
  }

  /** A device with a slot of ten for each product, in the order of {@link SUPPLY}. */
  async giveDevice(device: string, driver: string): Promise<void> {
    await this.must(`device:${device}`, 'register', { name: device, keyHash: 'k' }, 'platform:ops');
    await this.must(`device:${device}`, 'showCode', { codeHash: digest(device, '1234') }, `device:${device}`);
    await this.must(`device:${device}`, 'claim', { code: '1234', driverName: driver }, `driver:${driver}`);
    const slots = SUPPLY.map(([product, , price], i) => {
      return { slot: i + 1, product, name: nameOf(product), capacity: 10, price: price * 2 };
    });
    await this.must(`device:${device}`, 'setPlanogram', { slots }, `driver:${driver}`);
  }

  /** Puts lines of one station into a driver's cart. */
  async put(driver: string, station: string, units: Units, chosen = true): Promise<void> {
    for (const [product, n] of Object.entries(units)) {
      const line = { station, product, units: n, chosen };
      await this.must(`driver:${driver}`, 'setCartLine', line, `driver:${driver}`);
    }
  }

  /** Checks a driver's cart out; gives the orders' ids. */
  async checkOut(driver: string): Promise<string[]> {
    const reply = await this.must<{ restocks: { restock: string }[] }>(
      `driver:${driver}`,
      'checkOut',
      {},
      `driver:${driver}`,
    );
    return reply.restocks.map(({ restock }) => restock);
  }

  /** One order at one station. */
  async place(units: Units, driver = 'dr_1', station = 'st_1'): Promise<string> {
    await this.put(driver, station, units);
    const [restock = ''] = await this.checkOut(driver);
    return restock;
  }

  /** One order, paid from the wallet. */
  async placePaid(units: Units, driver = 'dr_1', station = 'st_1'): Promise<string> {
    const restock = await this.place(units, driver, station);
    await this.pay(restock, driver, station);
    return restock;
  }

  /** One order that stands ready; gives its id and pick-up code. */
  async placeReady(units: Units, driver = 'dr_1', station = 'st_1'): Promise<{ restock: string; code: string }> {
    const restock = await this.placePaid(units, driver, station);
    await this.accept(restock, units, station);
    await this.must(`station:${station}`, 'readyRestock', { restock }, `station:${station}`);
    return { restock, code: this.codeOf(restock, station) };
  }

  pay(restock: string, driver = 'dr_1', station = 'st_1', method = 'balance'): Promise<Outcome> {
    return this.stage.ask(`station:${station}`, 'payRestock', { restock, method }, `driver:${driver}`);
  }

  accept(restock: string, units: Units, station = 'st_1'): Promise<Outcome> {
    const lines = Object.entries(units).map(([product, n]) => ({ product, units: n }));
    return this.stage.ask(`station:${station}`, 'acceptRestock', { restock, lines }, `station:${station}`);
  }

  handOver(restock: string, code: string, station = 'st_1'): Promise<Outcome> {
    return this.stage.ask(`station:${station}`, 'handOver', { restock, code }, `station:${station}`);
  }

  load(device: string, lines: readonly (readonly [slot: number, product: string, units: number])[], driver = 'dr_1') {
    const input = { device, lines: lines.map(([slot, product, units]) => ({ slot, product, units })) };
    return this.stage.ask(`driver:${driver}`, 'load', input, `driver:${driver}`);
  }

  /** What an account holds; `book('wallet:dr_1')` of money, `book('station:st_1', 'pr_tea')` of goods. */
  book(account: string, unit = 'CNY'): number {
    return this.stage.books()[`${account} ${unit}`] ?? 0;
  }

  station(station = 'st_1'): StationState {
    return this.stage.state(`station:${station}`) as StationState;
  }

  /** Units in the house and units reserved. */
  supply(product: string, station = 'st_1'): readonly [count: number, reserved: number] {
    const { count, reserved } = this.station(station).supply[product] ?? { count: 0, reserved: 0 };
    return [count, reserved];
  }

  codeOf(restock: string, station = 'st_1'): string {
    return this.station(station).orders[restock]?.code ?? '';
  }

  /** The order's row in the view `restocks`, as it stands. */
  row(restock: string) {
    return this.stage.rows.findLast(({ collection, id }) => collection === 'restocks' && id === restock)?.fields;
  }

  /** Names and data of what was told on a stream, since `from` pushes. */
  told(stream: string, from = 0): { name: string; data: Json }[] {
    const pushes = this.stage.pushes.slice(from).filter(({ actor, channel }) => `${actor}/${channel}` === stream);
    return pushes.map(({ name, data }) => ({ name, data }));
  }

  /** Entries since `from`, without those of the coalesced reports to rankings. */
  entries(from = 0): Entry[] {
    const isReport = ({ actor, type }: Entry) => type === 'tellRankings' || actor.startsWith('ranking:');
    return this.stage.entries.slice(from).filter((entry) => !isReport(entry));
  }
}

export function nameOf(product: string): string {
  return product.slice('pr_'.length);
}

/** `ok`, or the code of a refusal. */
export function code(outcome: Outcome): string {
  return outcome.ok ? 'ok' : outcome.error.code;
}
