/** Goods on shelves: a device's slots, a station's products. Stock never falls below what is reserved (B3). */

export interface Shelf {
  product: string;
  price: number;
  count: number;
  reserved: number;
  readonly capacity: number;
}

/** A shelf as it is planned. */
export interface Plan {
  readonly shelf: string;
  readonly product: string;
  readonly price: number;
  readonly capacity?: number;
}

export class Shelves {
  readonly byName = new Map<string, Shelf>();

  constructor(private readonly wrong: (text: string) => void) {}

  /** Sets what shelves are for; what is on them stays. `only`: all others are gone. */
  plan(plans: readonly Plan[], only: boolean): void {
    const before = new Map(this.byName);
    if (only) this.byName.clear();
    for (const { shelf: name, product, price, capacity = Infinity } of plans) {
      const { count = 0, reserved = 0, product: held = product } = before.get(name) ?? {};
      if (count > 0 && held !== product) this.wrong(`shelf ${name} holds ${held} and is planned for ${product}`);
      before.delete(name);
      this.byName.set(name, { product, price, count, reserved, capacity });
    }
    if (!only) return;
    for (const [name, { count }] of before) if (count > 0) this.wrong(`shelf ${name} goes with ${count} units on it`);
  }

  /** Adds units (or takes them, below zero); says of which product. */
  add(name: string, units: number): string {
    return this.change(name, units, 0);
  }

  /** Reserves units (or frees them, below zero); says of which product. */
  reserve(name: string, units: number): string {
    return this.change(name, 0, units);
  }

  /** Takes reserved units away. */
  take(name: string, units: number): string {
    return this.change(name, -units, -units);
  }

  /** Units by product. */
  stock(): Map<string, number> {
    const stock = new Map<string, number>();
    for (const { product, count } of this.byName.values()) stock.set(product, (stock.get(product) ?? 0) + count);
    return stock;
  }

  private change(name: string, units: number, reserved: number): string {
    const shelf = this.byName.get(name);
    if (!shelf) {
      this.wrong(`there is no shelf ${name}`);
      return '';
    }
    shelf.count += units;
    shelf.reserved += reserved;
    const { count, reserved: held, capacity } = shelf;
    if (held < 0 || count < held || count > capacity) {
      this.wrong(`shelf ${name} would have ${count} units, ${held} of them reserved, and room for ${capacity}`);
    }
    return shelf.product;
  }
}
