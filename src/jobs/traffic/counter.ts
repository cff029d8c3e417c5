/**
 * The counter of a station: takes paid orders, puts the goods together, hands them over against the code.
 */
import { Refused, type Line } from './line.js';
import type { ProductUnits } from './carrier.js';

interface OrderPage {
  readonly state: string;
  readonly lines: readonly ProductUnits[];
}

/** How much of a line the station can give; the demo's run out of things now and then. */
export type Grants = (line: ProductUnits) => number;

/** Whoever works at one station. */
export class Counter {
  private constructor(
    readonly station: string,
    private readonly line: Line,
    private readonly grants: Grants,
    private readonly onError: (error: Error) => void,
  ) {}

  /** Opens the counter on the station's own connection. */
  static async open(station: string, line: Line, grants: Grants, onError: (error: Error) => void): Promise<Counter> {
    const counter = new Counter(station, line, grants, onError);
    await line.follow(`station:${station}/orders`, ({ name, data }) => {
      if (name === 'restock.paid') counter.serve((data as { restock: string }).restock);
    });
    return counter;
  }

  /** A driver stands here with his code; true when the goods are his. */
  async handOver(restock: string, code: string): Promise<boolean> {
    const answer = await this.line.ask<{ handedOver: boolean }>('restock.handOver', { restock, code });
    return answer.handedOver;
  }

  private serve(restock: string): void {
    this.prepare(restock).catch((error: unknown) => {
      if (!(error instanceof Refused)) throw error;
      this.onError(error);
    });
  }

  private async prepare(restock: string): Promise<void> {
    const { lines } = await this.line.ask<OrderPage>('restock.get', { station: this.station, restock });
    const granted = lines.map((line) => ({ product: line.product, units: this.grants(line) }));
    const { state } = await this.line.ask<{ state: string }>('restock.accept', { restock, lines: granted });
    if (state === 'to_prepare') await this.line.ask('restock.ready', { restock });
  }
}
