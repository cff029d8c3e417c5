/**
 * The figures of a made-up city: one ranking with its stream for each period, as the real server keeps
 * them. Each change is one push of absolute figures.
 */
import type {
  CensusPush,
  ListName,
  Order,
  Period,
  Push,
  Row,
  Top,
  Totals,
  TotalsPush,
} from '../../../web/src/line/protocol.js';

const LISTS: readonly ListName[] = ['products', 'stations', 'drivers', 'devices'];

/** The rows that one order moves, each by its amount. */
export type Touched = readonly {
  readonly list: ListName;
  readonly id: string;
  readonly name: string;
  readonly nameEn?: string;
}[];

/** A stream's pushes, to be followed from any seq. */
class Stream<P extends Push> {
  head = 0;
  readonly pushes: P[] = [];

  constructor(readonly name: string) {}

  add(push: Omit<P, 'stream' | 'seq' | 'prev'>): P {
    const prev = this.head;
    // Entries without a push come between two that have one.
    this.head += 2;
    const whole = { ...push, stream: this.name, seq: this.head, prev } as P;
    this.pushes.push(whole);
    return whole;
  }
}

export class Ranking {
  readonly stream: Stream<TotalsPush>;
  totals: Totals = { stations: { amount: 0, orders: 0 }, devices: { amount: 0, orders: 0 } };
  private readonly rows = new Map<ListName, Map<string, Row>>(LISTS.map((list) => [list, new Map()]));

  constructor(
    readonly period: Period,
    key: string,
    currency: string,
  ) {
    this.stream = new Stream(`ranking:${period}.${key}.${currency}/fleet`);
  }

  /** One order: everything it moves, by exactly its amount. */
  take(order: Order, touched: Touched, units: number): TotalsPush {
    const side = order.kind === 'sale' ? 'devices' : 'stations';
    const { amount, orders } = this.totals[side];
    this.totals = { ...this.totals, [side]: { amount: amount + order.amount, orders: orders + 1 } };
    const rows = touched.map(({ list, ...named }) => {
      const known = this.rows.get(list)?.get(named.id);
      const count = (known?.count ?? 0) + (list === 'products' ? units : 1);
      const row = { ...named, amount: (known?.amount ?? 0) + order.amount, count };
      this.rows.get(list)?.set(row.id, row);
      // English names are the catalogue's, which only a snapshot asks.
      const { id, name, amount } = row;
      return { list, id, name, amount, count };
    });
    return this.stream.add({ name: 'totals', data: { totals: this.totals, rows, recent: [order] } });
  }

  /** Past business, before anybody looked. */
  begin(totals: Totals, top: Top): void {
    this.totals = totals;
    for (const list of LISTS) for (const row of top[list]) this.rows.get(list)?.set(row.id, row);
  }

  top(): Top {
    const of = (list: ListName) =>
      [...(this.rows.get(list)?.values() ?? [])]
        .sort((a, b) => b.amount - a.amount || (a.id < b.id ? -1 : 1))
        .slice(0, 10);
    return { products: of('products'), stations: of('stations'), drivers: of('drivers'), devices: of('devices') };
  }
}

export class Census {
  readonly stream = new Stream<CensusPush>('fleet:platform/census');

  constructor(
    public total: number,
    public online: number,
  ) {}

  count(total: number, online: number): CensusPush {
    Object.assign(this, { total, online });
    return this.stream.add({ name: 'census', data: { total, online } });
  }
}
