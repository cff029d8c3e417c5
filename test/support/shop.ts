/**
 * A shop to try sales on: one claimed device on a stage with the real wallets, payments, driver, rankings and census.
 */
import { catalogueActor } from '../../src/actors/catalogue/index.js';
import type { PlacedSale, PlannedSlot, ReportedSale, SlotUnits } from '../../src/actors/device/commands.js';
import { deviceActor } from '../../src/actors/device/index.js';
import type { DeviceState } from '../../src/actors/device/state.js';
import { driverActor } from '../../src/actors/driver/index.js';
import { fleetActor } from '../../src/actors/fleet/index.js';
import { passengerActor } from '../../src/actors/passenger/index.js';
import { paymentActor } from '../../src/actors/payment/index.js';
import { rankingActor } from '../../src/actors/ranking/index.js';
import { digest } from '../../src/actors/shared/secret.js';
import { defaultTerms, type Terms } from '../../src/actors/terms.js';
import { walletActor } from '../../src/actors/wallet/index.js';
import type { ActorId, Entry, Json, Outcome } from '../../src/store/ports.js';
import { callBack, paid, ScriptedProvider } from './provider.js';
import { inMemory, type Stage, type StageOf } from './stage.js';

export const device = 'device:d_1';
/** 2026-11-21 12:00 in Shanghai. */
export const noon = Date.UTC(2026, 10, 21, 4);

export const water: PlannedSlot = { slot: 1, product: 'pr_water', name: 'Water', capacity: 10, price: 300 };
export const tea: PlannedSlot = { slot: 2, product: 'pr_tea', name: 'Tea', capacity: 5, price: 750 };

export class Shop {
  readonly stage: Stage;
  readonly provider = new ScriptedProvider();
  private made = 0;

  constructor(
    readonly terms: Terms = defaultTerms,
    now = noon,
    stageOf: StageOf = inMemory,
  ) {
    const kinds = [deviceActor(terms), walletActor(), paymentActor(terms), driverActor(terms)];
    const more = [rankingActor(), fleetActor(), passengerActor(), catalogueActor()];
    this.stage = stageOf([...kinds, ...more], now, { provider: this.provider.effect });
  }

  /** A device of driver dr_1, online, with 8 of water and 4 of tea; passengers p_1 and p_2 with 100.00 each. */
  static async open(terms?: Terms, now?: number, stageOf?: StageOf): Promise<Shop> {
    const shop = new Shop(terms, now, stageOf);
    await shop.device('register', { name: 'Car 1', keyHash: 'k' }, 'platform:ops');
    await shop.claim('dr_1');
    await shop.device('setPlanogram', { slots: [water, tea] }, 'driver:dr_1');
    await shop.load([
      { slot: 1, product: 'pr_water', units: 8 },
      { slot: 2, product: 'pr_tea', units: 4 },
    ]);
    await shop.device('cameOnline', { connection: 'c_1' }, device);
    for (const passenger of ['p_1', 'p_2']) await shop.topUp(passenger, 10_000);
    return shop;
  }

  device(type: string, input: Json, caller: string, id?: string): Promise<Outcome> {
    return this.stage.ask(device, type, input, caller, id);
  }

  async claim(driver: string, code = 'K7Q2'): Promise<Outcome> {
    await this.device('showCode', { codeHash: digest('d_1', code) }, device);
    return this.device('claim', { code, driverName: `Name of ${driver}` }, `driver:${driver}`);
  }

  /** Goods for a driver out of nowhere, and from him into the device. */
  async load(lines: readonly { slot: number; product: string; units: number }[], driver = 'dr_1'): Promise<Outcome> {
    const from = 'station:st_1';
    const ordered = lines.map(({ product, units }) => ({ product, name: product, units, price: 1 }));
    const goods = { restock: 'r_seed', stationName: 'S', lines: ordered, amount: 1, currency: 'CNY' };
    const to: ActorId = `driver:${driver}`;
    await this.stage.ask(to, 'receiveGoods', goods, from, `${from}/1/${++this.made}`);
    return this.stage.ask(to, 'load', { device: 'd_1', lines }, to);
  }

  async topUp(passenger: string, amount: number): Promise<void> {
    const payment = `pay_t${++this.made}`;
    const [purpose, payer] = [{ kind: 'topUp', key: passenger }, `passenger:${passenger}`];
    const open = { provider: 'sandbox', amount, currency: 'CNY', purpose, payer };
    await this.stage.ask(`payment:${payment}`, 'open', open, payer);
    await callBack(this.stage, payment, paid(this.provider.receipt(amount)));
  }

  async place(lines: readonly SlotUnits[], passenger = 'p_1', more: object = {}): Promise<PlacedSale> {
    const input = { lines, ...more };
    return valueOf(await this.device('placeSale', input, `passenger:${passenger}`)) as PlacedSale;
  }

  pay(sale: string, passenger = 'p_1', method = 'balance'): Promise<Outcome> {
    return this.device('paySale', { sale, method }, `passenger:${passenger}`);
  }

  async drop(sale: string, lines: readonly { slot: number; dropped: number; reason?: string }[]) {
    return valueOf(await this.device('reportDispense', { sale, lines }, device)) as ReportedSale;
  }

  /** A whole sale from the balance. */
  async sell(lines: readonly SlotUnits[], passenger = 'p_1'): Promise<string> {
    const { sale } = await this.place(lines, passenger);
    await this.pay(sale, passenger);
    await this.drop(
      sale,
      lines.map(({ slot, units }) => ({ slot, dropped: units })),
    );
    return sale;
  }

  get state(): DeviceState {
    return this.stage.state(device) as DeviceState;
  }

  balance(key: string): number {
    const { balances } = this.stage.read(`wallet:${key}`, 'balance') as { balances: Record<string, number> };
    return balances.CNY ?? 0;
  }

  /** Books without the accounts that stand for the world outside, and without the goods' seed. */
  inside(): Record<string, number> {
    const outside = /^(world\/|transit\/r_seed)/;
    return Object.fromEntries(Object.entries(this.stage.books()).filter(([account]) => !outside.test(account)));
  }

  pushed(channel: string, name?: string): Json[] {
    const of = this.stage.pushes.filter((push) => push.actor === device && push.channel === channel);
    return of.filter((push) => name === undefined || push.name === name).map((push) => push.data);
  }

  /** Entries since a moment that this gives: `const since = shop.mark()` … `shop.since(since)`. */
  mark(): number {
    return this.stage.entries.length;
  }

  since(mark: number): readonly Entry[] {
    return this.stage.entries.slice(mark);
  }
}

export function valueOf(outcome: Outcome): unknown {
  if (!outcome.ok) throw new Error(`${outcome.error.code}: ${outcome.error.message}`);
  return outcome.value;
}

export function codeOf(outcome: Outcome): string {
  return outcome.ok ? 'ok' : outcome.error.code;
}
