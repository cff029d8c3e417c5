/** Random histories of restocks: their steps, and a town that takes them. */
import fc from 'fast-check';

import type { DriverState } from '../../src/actors/driver/state.js';
import type { ActorId } from '../../src/store/ports.js';
import { callBack, paid } from '../support/provider.js';
import { MINUTE, nameOf, SUPPLY, type Town } from './restock-town.js';

export const STATIONS = ['st_1', 'st_2'] as const;
export const DRIVERS = ['dr_1', 'dr_2'] as const;

const station = fc.constantFrom(...STATIONS);
const driver = fc.constantFrom(...DRIVERS);
const product = fc.constantFrom(...SUPPLY.map(([id]) => id));
const share = fc.constantFrom(1, 1, 1, 0.5, 0);
const which = fc.nat({ max: 3 });

export type Step =
  | { do: 'cart'; driver: string; station: string; product: string; units: number; chosen: boolean }
  | { do: 'check out'; driver: string }
  | { do: 'stock'; station: string; product: string; units: number }
  | { do: 'go on'; which: number; share: number }
  | { do: 'pay' | 'provider pays' | 'cancel' | 'ready' | 'hand over' | 'renew'; which: number; other: boolean }
  | { do: 'accept'; which: number; share: number }
  | { do: 'load'; driver: string; device: string; slot: number; product: string; units: number }
  | { do: 'wait'; minutes: number };

export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('cart' as const),
      driver,
      station,
      product,
      units: fc.integer({ min: 0, max: 15 }),
      chosen: fc.constantFrom(true, true, false),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('check out' as const), driver }) },
  { weight: 12, arbitrary: fc.record({ do: fc.constant('go on' as const), which, share }) },
  fc.record({ do: fc.constant('stock' as const), station, product, units: fc.integer({ min: 0, max: 60 }) }),
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('pay', 'pay', 'provider pays', 'cancel', 'ready', 'ready', 'hand over', 'hand over', 'renew'),
      which,
      other: fc.boolean(),
    }),
  },
  fc.record({ do: fc.constant('accept' as const), which, share }),
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('load' as const),
      driver,
      device: fc.constantFrom('d_1', 'd_2'),
      slot: fc.integer({ min: 1, max: 3 }),
      product: fc.option(product, { nil: 'carried', freq: 2 }),
      units: fc.nat({ max: 12 }),
    }),
  },
  fc.record({ do: fc.constant('wait' as const), minutes: fc.constantFrom(1, 10, 31, 130) }),
);

type Order = {
  readonly restock: string;
  readonly station: string;
  readonly driver: string;
  readonly payments: { payment: string; total: number }[];
};

/** A town, and the orders and payments that its history has made. */
export class History {
  readonly orders: Order[] = [];

  constructor(readonly town: Town) {}

  async take(step: Step): Promise<void> {
    const { stage } = this.town;
    switch (step.do) {
      case 'cart': {
        const { driver, station, product, units, chosen } = step;
        const line = { station, product, units, chosen };
        await stage.ask(`driver:${driver}`, 'setCartLine', line, `driver:${driver}`);
        return;
      }
      case 'check out':
        return this.checkOut(step.driver);
      case 'stock': {
        const price = SUPPLY.find(([id]) => id === step.product)?.[2] ?? 1;
        const line = { product: step.product, name: nameOf(step.product), units: step.units, price };
        await stage.ask(`station:${step.station}`, 'stock', { lines: [line] }, `station:${step.station}`);
        return;
      }
      case 'load': {
        await this.town.load(step.device, [this.goods(step)], step.driver);
        return;
      }
      case 'wait':
        return stage.advance(step.minutes * MINUTE);
      default:
        return this.takeOrder(step);
    }
  }

  /** Mostly something that he carries, into its slot; else anything anywhere. */
  private goods({ driver, slot, product, units }: Extract<Step, { do: 'load' }>): readonly [number, string, number] {
    if (product !== 'carried') return [slot, product, units];
    const { carried } = this.town.stage.state(`driver:${driver}`) as DriverState;
    const [mine = ''] = Object.keys(carried);
    return [SUPPLY.findIndex(([id]) => id === mine) + 1, mine, Math.min(units, carried[mine]?.units ?? 0)];
  }

  private async checkOut(driver: string): Promise<void> {
    const outcome = await this.town.stage.ask(`driver:${driver}`, 'checkOut', {}, `driver:${driver}`);
    if (!outcome.ok) return;
    const { restocks } = outcome.value as { restocks: { restock: string; station: string }[] };
    for (const { restock, station } of restocks) this.orders.unshift({ restock, station, driver, payments: [] });
  }

  /** What comes next for an open order, as everybody hopes. */
  private async goOn({ which, share }: Extract<Step, { do: 'go on' }>): Promise<void> {
    const isOpen = ({ station, restock }: Order): boolean => restock in this.town.station(station).orders;
    const open = this.orders.filter(isOpen);
    const order = open[which % open.length];
    if (!order) return;
    const { state, accepted } = this.town.station(order.station).orders[order.restock] ?? {};
    if (state === 'to_pay') return this.takeOrder({ do: 'pay', which, other: false }, order);
    if (state === 'ready') return this.takeOrder({ do: 'hand over', which, other: true }, order);
    return this.takeOrder(accepted ? { do: 'ready', which, other: false } : { do: 'accept', which, share }, order);
  }

  private async takeOrder(step: Extract<Step, { which: number }>, order = this.orders[step.which]): Promise<void> {
    if (!order) return;
    const { restock, station, driver, payments } = order;
    const { town } = this;
    const at: ActorId = `station:${station}`;
    const open = town.station(station).orders[restock];
    switch (step.do) {
      case 'go on':
        return this.goOn(step);
      case 'pay': {
        const outcome = await town.pay(restock, driver, station, step.other ? 'sandbox' : 'balance');
        const payment = outcome.ok ? (outcome.value as { payment?: string }).payment : undefined;
        if (payment !== undefined) payments.push({ payment, total: open?.total ?? 0 });
        return;
      }
      case 'provider pays': {
        const one = payments.at(step.other ? -1 : 0);
        if (one) await callBack(town.stage, one.payment, paid(town.provider.receipt(one.total)));
        return;
      }
      case 'accept': {
        const lines = open?.lines.map((line) => [line.product, Math.round(line.units * step.share)]) ?? [];
        await town.accept(restock, Object.fromEntries(lines) as Record<string, number>, station);
        return;
      }
      case 'hand over':
        await town.handOver(restock, step.other ? (open?.code ?? '') : 'wrong', station);
        return;
      case 'cancel':
        await town.stage.ask(at, 'cancelRestock', { restock }, `driver:${driver}`);
        return;
      case 'renew':
        await town.stage.ask(at, 'renewPickUpCode', { restock }, `driver:${driver}`);
        return;
      case 'ready':
        await town.stage.ask(at, 'readyRestock', { restock }, at);
    }
  }
}
