/**
 * Orders of one seller: sales of a device, restocks of a station. Each is placed once, paid at most once and ended
 * once, so placed = settled + refunded + cancelled + open at every moment (B3).
 */
import type { Shelves } from './shelves.js';

export interface Line {
  readonly shelf: string;
  readonly product: string;
  readonly units: number;
  /** For one unit, minor units of the seller's currency. */
  readonly price: number;
}

export interface Order {
  readonly lines: readonly Line[];
  readonly total: number;
  /** Who is paid for it. */
  readonly owner: string;
  paid: boolean;
  /** Money that the seller holds for it. */
  held: number;
  /** Units of each line that are still reserved. */
  reserved: number[];
  /** Where the money of each try to pay comes from. */
  readonly tries: Map<number, string>;
}

/** How an order ends: its goods are gone and paid, its money is back, it was never paid. */
export type End = 'settled' | 'refunded' | 'cancelled';

export class Orders {
  readonly open = new Map<string, Order>();
  /** Of orders that ended while nobody knew what was dropped: units stay reserved until it is known. */
  readonly doubts = new Map<string, Order>();
  readonly counters = { placed: 0, settled: 0, refunded: 0, cancelled: 0 };

  constructor(
    private readonly shelves: Shelves,
    private readonly wrong: (text: string) => void,
  ) {}

  place(id: string, owner: string, lines: readonly Line[], total: number): void {
    if (this.open.has(id)) this.wrong(`order ${id} is placed twice`);
    for (const { shelf, product, units, price } of lines) {
      const stands = this.shelves.byName.get(shelf);
      if (stands && (stands.price !== price || stands.product !== product)) {
        this.wrong(`order ${id} has ${product} at ${price}, shelf ${shelf} had ${stands.product} at ${stands.price}`);
      }
      this.shelves.reserve(shelf, units);
    }
    const sum = amountOf(lines);
    if (sum !== total) this.wrong(`order ${id} has a total of ${total}, its lines cost ${sum}`);
    const reserved = lines.map(({ units }) => units);
    this.open.set(id, { lines, total, owner, paid: false, held: 0, reserved, tries: new Map() });
    this.counters.placed += 1;
  }

  /** An order that is open, or nothing and a difference. */
  find(id: string): Order | undefined {
    const order = this.open.get(id);
    if (!order) this.wrong(`order ${id} is not open`);
    return order;
  }

  pay(id: string): Order | undefined {
    const order = this.find(id);
    if (!order) return undefined;
    if (order.paid) this.wrong(`order ${id} is paid twice`);
    order.paid = true;
    order.held = order.total;
    return order;
  }

  /** Ends an order; what of it is still reserved comes free, less the units that are `taken` of each line. */
  end(id: string, how: End, taken: readonly number[] = []): Order | undefined {
    const order = this.find(id);
    if (!order) return undefined;
    if (order.paid === (how === 'cancelled'))
      this.wrong(`order ${id} is ${how}, and was ${order.paid ? '' : 'not '}paid`);
    this.open.delete(id);
    this.counters[how] += 1;
    this.release(order, taken);
    return order;
  }

  /** Ends an order of which nobody knows what was dropped. */
  doubt(id: string): Order | undefined {
    const order = this.find(id);
    if (!order) return undefined;
    this.open.delete(id);
    this.counters.refunded += 1;
    this.doubts.set(id, order);
    return order;
  }

  /** It is known at last. */
  settleDoubt(id: string, taken: readonly number[]): Order | undefined {
    const order = this.doubts.get(id);
    if (!order) {
      this.wrong(`order ${id} is in no doubt`);
      return undefined;
    }
    this.doubts.delete(id);
    this.release(order, taken);
    return order;
  }

  /** Frees units of each line that are still reserved, down to `keep`; `taken` of them are gone. */
  release(order: Order, taken: readonly number[] = [], keep: readonly number[] = []): void {
    order.lines.forEach(({ shelf, units }, i) => {
      const gone = taken[i] ?? 0;
      const reserved = order.reserved[i] ?? 0;
      if (!(gone >= 0 && gone <= units)) this.wrong(`${gone} of ${units} units of shelf ${shelf} are taken`);
      if (gone > 0) this.shelves.take(shelf, gone);
      const free = reserved - gone - (keep[i] ?? 0);
      if (free !== 0) this.shelves.reserve(shelf, -free);
      order.reserved[i] = keep[i] ?? 0;
    });
  }

  /** Money that is held for all open orders. */
  held(): number {
    let sum = 0;
    for (const { held } of this.open.values()) sum += held;
    return sum;
  }
}

/** What lines cost, or what so many units of each cost. */
export function amountOf(lines: readonly Pick<Line, 'units' | 'price'>[], units?: readonly number[]): number {
  return lines.reduce((sum, line, i) => sum + line.price * (units ? (units[i] ?? 0) : line.units), 0);
}
