/**
 * The counter of a station: takes paid orders, puts the goods together, hands them over against the code.
 */
import { Refused, type Line } from './line.js';
import type { ProductUnits } from './errand.js';

/** How much of a line the station can give; the demo's run out of things now and then. */
export type Grants = (line: ProductUnits) => number;

/** What a station keeps of one product: a lorry brings it back to `units` when a quarter is left. */
export interface SupplyLine extends ProductUnits {
  readonly price: number;
}

/** How a station works. */
export interface Manner {
  readonly supply: readonly SupplyLine[];
  readonly grants: Grants;
  readonly onError: (error: Error) => void;
}

/** Whoever works at one station. */
export class Counter {
  private constructor(
    readonly station: string,
    private readonly line: Line,
    private readonly manner: Manner,
  ) {}

  /** Opens the counter on the station's own connection, and puts the supply on its shelves. */
  static async open(station: string, line: Line, manner: Manner): Promise<Counter> {
    const counter = new Counter(station, line, manner);
    await counter.fillShelves();
    await line.follow(`station:${station}/orders`, ({ name, data }) => {
      if (name === 'restock.paid') counter.serve((data as { restock: string }).restock);
    });
    // What was paid while nobody was here.
    const { items } = await line.ask('restock.list', { state: 'to_prepare' });
    for (const { id } of items) counter.serve(id);
    return counter;
  }

  /** A driver stands here with his code; true when the goods are his. */
  async handOver(restock: string, code: string): Promise<boolean> {
    const answer = await this.line.ask('restock.handOver', { restock, code });
    await this.fillShelves();
    return answer.handedOver;
  }

  private async fillShelves(): Promise<void> {
    const { supply } = await this.line.ask('station.page', { station: this.station });
    const free = new Map(supply.map((shelf) => [shelf.product, shelf.free]));
    const lines = this.manner.supply.filter(({ product, units }) => (free.get(product) ?? 0) < units / 4);
    if (lines.length > 0) await this.line.ask('station.stock', { lines });
  }

  private serve(restock: string): void {
    this.prepare(restock).catch((error: unknown) => {
      if (!(error instanceof Refused)) throw error;
      this.manner.onError(error);
    });
  }

  private async prepare(restock: string): Promise<void> {
    const { lines } = await this.line.ask('restock.get', { station: this.station, restock });
    const granted = lines.map((line) => ({ product: line.product, units: this.manner.grants(line) }));
    const { state } = await this.line.ask('restock.accept', { restock, lines: granted });
    if (state === 'to_prepare') await this.line.ask('restock.ready', { restock });
  }
}
