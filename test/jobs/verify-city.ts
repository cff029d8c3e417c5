/**
 * A small city that lived for two days on the real engine over the simulated store: sales of every end, restocks
 * accepted in part, refused and cancelled, goods that did not fit, a provider's late money. What the audit's tests
 * read.
 */
import { actorCollections, actors } from '../../src/actors/index.js';
import { createSystem, engineCollections, type System } from '../../src/actors/runtime/system.js';
import { digest } from '../../src/actors/shared/secret.js';
import { defaultTerms } from '../../src/actors/terms.js';
import { readerOf } from '../../src/jobs/stopped.js';
import type { ReadState } from '../../src/jobs/verify/index.js';
import type { ActorId, Entry, Json, Store } from '../../src/store/ports.js';
import { SimulatedStore } from '../../src/store/simulated/index.js';
import { allOf } from '../support/journal.js';
import { paid, ScriptedProvider } from '../support/provider.js';
import { seeded, seededChance, VirtualClock } from '../support/virtual-clock.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const SUPPLY = [
  { product: 'pr_tea', name: 'Tea', units: 60, price: 300 },
  { product: 'pr_nuts', name: 'Nuts', units: 40, price: 550 },
];
const SLOTS = [
  { slot: 1, product: 'pr_tea', name: 'Tea', capacity: 8, price: 700 },
  { slot: 2, product: 'pr_nuts', name: 'Nuts', capacity: 5, price: 999 },
];

/** Told the truth before it is altered by a test. */
export interface Lived {
  readonly entries: readonly Entry[];
  readonly store: Store;
  readonly read: ReadState;
  /** The store answers only while its time runs. */
  readonly clock: VirtualClock;
}

type Units = readonly (readonly [product: string, units: number])[];

export class City {
  readonly clock = new VirtualClock();
  readonly store: Store;
  readonly system: System;
  readonly definitions = actors(defaultTerms);
  private readonly provider = new ScriptedProvider();
  private asked = 0;

  constructor() {
    const random = seeded(7);
    const collections = [...actorCollections, ...engineCollections];
    this.store = new SimulatedStore({ clock: this.clock, random, collections }).open();
    const effect = (type: string, input: Json, id: string) => Promise.resolve(this.provider.effect(type, input, id));
    this.system = createSystem({
      store: this.store,
      definitions: this.definitions,
      effects: { provider: effect },
      clock: this.clock,
      chance: seededChance(seeded(8)),
      strict: true,
      // A day has many seconds, and nothing is looked after in most of them.
      limits: { keeperMs: HOUR, wakeMs: HOUR },
      failed: (error) => {
        throw error;
      },
    });
  }

  /** Two days of it, and all that was to be told has been told; `restless`: some of it is still to be told. */
  static async live(restless = false): Promise<Lived> {
    const city = new City();
    await city.days();
    if (!restless) await city.clock.advance(HOUR);
    else await city.ask('device:d_1', 'placeSale', { lines: [{ slot: 1, units: 1 }], pay: 'balance' }, 'passenger:p_1');
    return city.lived();
  }

  /** Two days; the last sale is not told to the rankings yet. */
  async days(): Promise<void> {
    await this.open();
    await this.restock();
    await this.sell();
    await this.clock.advance(24 * HOUR);
    await this.sale('d_1', [[1, 1]]);
  }

  /** Everything so far. */
  async lived(): Promise<Lived> {
    await this.clock.settle(this.system.projected());
    const entries: Entry[] = [];
    await this.clock.settle(
      (async () => {
        for await (const entry of allOf(this.store.journal)) entries.push(entry);
      })(),
    );
    const read = readerOf(this.store, this.definitions, this.clock.now());
    return { entries, store: this.store, read, clock: this.clock };
  }

  /** A command, its answer, and what follows at once. */
  async ask<R = Record<string, Json>>(to: ActorId, type: string, input: Json, caller: string): Promise<R> {
    const id = `c${++this.asked}`;
    const answer = await this.clock.settle(this.system.ask({ to, type, input, caller, id }));
    if ('unstored' in answer) throw new Error(answer.unstored.message);
    await this.clock.advance(200);
    const { outcome } = answer.value;
    return (outcome.ok ? outcome.value : { refused: outcome.error.code }) as R;
  }

  private async open(): Promise<void> {
    for (const station of ['st_1', 'st_2']) {
      const place = { name: `Depot ${station}`, lon: 121.4, lat: 31.2, address: '1 Long Street' };
      await this.ask(`station:${station}`, 'register', place, 'platform:ops');
      await this.ask(`station:${station}`, 'stock', { lines: SUPPLY }, `station:${station}`);
    }
    for (const [n, driver] of [
      ['1', 'dr_1'],
      ['2', 'dr_2'],
    ]) {
      const device: ActorId = `device:d_${n}`;
      await this.ask(device, 'register', { name: `Car ${n}`, keyHash: 'k' }, 'platform:ops');
      await this.ask(device, 'showCode', { codeHash: digest(`d_${n}`, '1234') }, device);
      await this.ask(device, 'claim', { code: '1234', driverName: driver }, `driver:${driver}`);
      await this.ask(device, 'setPlanogram', { slots: SLOTS }, `driver:${driver}`);
      await this.ask(device, 'cameOnline', { connection: 'c_1' }, device);
    }
    for (const key of ['dr_1', 'dr_2', 'p_1', 'p_2']) await this.topUp(key, 50_000);
  }

  private async topUp(key: string, amount: number): Promise<void> {
    const payer = `${key.startsWith('p') ? 'passenger' : 'driver'}:${key}`;
    const purpose = { kind: 'topUp', key };
    const payment: ActorId = `payment:pay_of_${key}`;
    await this.ask(payment, 'open', { provider: 'sandbox', amount, currency: 'CNY', purpose, payer }, payer);
    await this.ask(payment, 'confirm', paid(this.provider.receipt(amount)), 'provider:sandbox');
  }

  /** Orders that end in each way; the goods of two of them go into the devices, one line too many of them. */
  private async restock(): Promise<void> {
    await this.pickUp('dr_1', 'st_1', [
      ['pr_tea', 10],
      ['pr_nuts', 4],
    ]);
    await this.pickUp('dr_2', 'st_2', [['pr_tea', 6]], [['pr_tea', 5]]);
    const refused = await this.order('dr_1', 'st_1', [['pr_tea', 2]]);
    await this.ask('station:st_1', 'payRestock', { restock: refused, method: 'balance' }, 'driver:dr_1');
    await this.ask('station:st_1', 'acceptRestock', { restock: refused, lines: [] }, 'station:st_1');
    await this.order('dr_1', 'st_2', [['pr_nuts', 3]]);
    await this.clock.advance(40 * MINUTE);
    const load = (device: string, driver: string, lines: Json) =>
      this.ask(`driver:${driver}`, 'load', { device, lines }, `driver:${driver}`);
    await load('d_1', 'dr_1', [
      { slot: 1, product: 'pr_tea', units: 10 },
      { slot: 2, product: 'pr_nuts', units: 4 },
    ]);
    await load('d_2', 'dr_2', [{ slot: 1, product: 'pr_tea', units: 5 }]);
    await load('d_2', 'dr_1', [{ slot: 1, product: 'pr_tea', units: 1 }]);
    await this.ask('device:d_1', 'takeOut', { slot: 2, units: 1, reason: 'broken' }, 'driver:dr_1');
  }

  private async order(driver: string, station: string, units: Units): Promise<string> {
    for (const [product, n] of units) {
      const line = { station, product, units: n, chosen: true };
      await this.ask(`driver:${driver}`, 'setCartLine', line, `driver:${driver}`);
    }
    const { restocks } = await this.ask<{ restocks: { restock: string }[] }>(
      ...([`driver:${driver}`, 'checkOut', {}, `driver:${driver}`] as const),
    );
    return restocks[0]?.restock ?? '';
  }

  private async pickUp(driver: string, station: string, units: Units, accepted = units): Promise<void> {
    const restock = await this.order(driver, station, units);
    const [to, by]: [ActorId, string] = [`station:${station}`, `driver:${driver}`];
    await this.ask(to, 'payRestock', { restock, method: 'balance' }, by);
    const lines = accepted.map(([product, n]) => ({ product, units: n }));
    await this.ask(to, 'acceptRestock', { restock, lines }, to);
    await this.ask(to, 'readyRestock', { restock }, to);
    const page = await this.clock.settle(this.system.read(to, 'restock', { restock }, by));
    if ('unstored' in page || !page.value.outcome.ok) throw new Error('the order cannot be read');
    const { code } = page.value.outcome.value as { code: string };
    await this.ask(to, 'handOver', { restock, code }, to);
  }

  /** Sales that end in each way, and one that is left open. */
  private async sell(): Promise<void> {
    await this.sale('d_1', [
      [1, 2],
      [2, 1],
    ]);
    await this.sale('d_2', [[1, 1]], { passenger: 'p_2' });
    await this.sale('d_1', [[1, 2]], { dropped: [1] });
    await this.sale('d_1', [[1, 1]], { dropped: [0] });
    await this.sale('d_2', [[1, 1]], { late: true });
    const device: ActorId = 'device:d_1';
    const lines = [{ slot: 1, units: 1 }];
    const placed = await this.ask<{ sale: string }>(device, 'placeSale', { lines }, 'passenger:p_2');
    await this.ask(device, 'cancelSale', { sale: placed.sale }, 'passenger:p_2');
    await this.ask(device, 'placeSale', { lines: [{ slot: 1, units: 99 }] }, 'passenger:p_2');
    const late = await this.ask<{ payment: string }>(device, 'placeSale', { lines, pay: 'sandbox' }, 'passenger:p_2');
    await this.clock.advance(6 * MINUTE);
    await this.ask(`payment:${late.payment}`, 'confirm', paid(this.provider.receipt(700)), 'provider:sandbox');
    await this.ask(device, 'wentOffline', { connection: 'c_1', reason: 'transport close' }, device);
    await this.ask(device, 'cameOnline', { connection: 'c_2' }, device);
  }

  private async sale(
    key: string,
    slots: readonly (readonly [slot: number, units: number])[],
    { passenger = 'p_1', dropped, late = false }: { passenger?: string; dropped?: number[]; late?: boolean } = {},
  ): Promise<void> {
    const device: ActorId = `device:${key}`;
    const lines = slots.map(([slot, units]) => ({ slot, units }));
    const input = { lines, pay: 'balance' };
    const { sale } = await this.ask<{ sale: string }>(device, 'placeSale', input, `passenger:${passenger}`);
    if (late) await this.clock.advance(3 * MINUTE);
    const report = { sale, lines: slots.map(([slot, units], i) => ({ slot, dropped: dropped?.[i] ?? units })) };
    await this.ask(device, 'reportDispense', report, device);
  }
}
