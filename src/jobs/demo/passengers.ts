/**
 * Passengers who arrive by chance, scan a device, choose by what is popular, pay and take. A few accounts stand for
 * all of them.
 */
import type { Box, SlotUnits } from '../traffic/box.js';
import type { Entrance } from '../traffic/entrance.js';
import type { Line } from '../traffic/line.js';
import { forEach } from '../traffic/pool.js';
import { Purse } from '../traffic/purse.js';
import { sell } from '../traffic/sell.js';
import type { Tally } from '../traffic/tally.js';
import type { Dice } from './city/dice.js';

interface Shop {
  readonly open: boolean;
  readonly slots: readonly {
    readonly slot: number;
    readonly product: string;
    readonly price: number;
    readonly left: number;
  }[];
}

interface Passenger {
  readonly line: Line;
  readonly purse: Purse;
}

/** What a passenger puts into the wallet at a time, and keeps in it at least; minor units. */
const PORTION = 200_000;
const LEAST = 50_000;

/** Everybody who buys. */
export class Passengers {
  private readonly people: Passenger[] = [];
  private next = 0;

  constructor(
    private readonly popularity: ReadonlyMap<string, number>,
    private readonly dice: Dice,
    private readonly tally: Tally,
  ) {}

  /** Signs up so many accounts, with money in their wallets. */
  async signUp(count: number, entrance: Entrance, currency: string): Promise<void> {
    const numbers = Array.from({ length: count }, (_, i) => String(i + 1).padStart(2, '0'));
    await forEach(numbers, count, async (number) => {
      const { key, line } = await entrance.person('passenger', `passenger${number}`, `乘客 ${number}`);
      const purse = await Purse.open(line, key, currency, PORTION);
      await purse.ensure(LEAST);
      this.people.push({ line, purse });
    });
  }

  /** Somebody gets into a car and, if there is something left, buys. */
  async buyAt(box: Box): Promise<void> {
    const passenger = this.people[this.next++ % this.people.length];
    if (!passenger) return;
    const shop = await passenger.line.ask('device.page', { device: box.device });
    const lines = this.choose(shop);
    if (lines.length === 0) return;
    await passenger.purse.ensure(LEAST);
    await sell(passenger.line, box, lines, this.tally);
  }

  /** One thing, or now and then two different ones; mostly one of each. */
  private choose({ open, slots }: Shop): readonly SlotUnits[] {
    const left = open ? slots.filter((slot) => slot.left > 0) : [];
    const chosen = new Map<number, SlotUnits>();
    for (let things = this.dice.chance(0.15) ? 2 : 1; things > 0 && left.length > 0; things--) {
      const slot = this.weigh(left);
      chosen.set(slot.slot, { slot: slot.slot, units: slot.left > 1 && this.dice.chance(0.2) ? 2 : 1 });
    }
    return [...chosen.values()];
  }

  /** A slot by chance, in proportion to how popular its product is. */
  private weigh<S extends { readonly product: string }>(slots: readonly S[]): S {
    const weights = slots.map(({ product }) => 0.03 + (this.popularity.get(product) ?? 0));
    let draw = this.dice.next() * weights.reduce((sum, weight) => sum + weight, 0);
    for (const [i, slot] of slots.entries()) {
      draw -= weights[i] ?? 0;
      if (draw < 0) return slot;
    }
    return this.dice.pick(slots);
  }
}
