/**
 * A device in a car: told to dispense, it drops the goods and reports what really fell.
 */
import type { Pushed } from '../../client/index.js';
import { Inbox } from './inbox.js';
import { Refused, type Line } from './line.js';

/** Units of one slot. */
export interface SlotUnits {
  readonly slot: number;
  readonly units: number;
}

/** What the box is told to drop. */
export interface Dispense {
  readonly sale: string;
  readonly lines: readonly SlotUnits[];
}

/** How the server took the report. */
export interface Reported {
  readonly state: 'settled' | 'refunded' | 'lost';
  /** Minor units for what was dropped, and what goes back to the passenger. */
  readonly amount: number;
  readonly refunded: number;
}

/** A report with the times around it, as `performance.now()` gives them. */
export interface Dispensed extends Reported {
  readonly toldAt: number;
  readonly reportedAt: number;
}

/** How goods fall: how long it takes, ms, and of each line how many units. */
export interface Drop {
  readonly ms: () => number;
  readonly fallen: (line: SlotUnits) => number;
}

/** Everything falls at once. */
export const sureDrop: Drop = { ms: () => 0, fallen: ({ units }) => units };

/** The box of one device. */
export class Box {
  private readonly inbox = new Inbox();
  /** Sales that were dropped or are being dropped: told twice, goods fall once. */
  private readonly dropping = new Set<string>();

  private constructor(
    readonly device: string,
    readonly line: Line,
    private readonly drop: Drop,
    private readonly onError: (error: Error) => void,
  ) {}

  /** Goes to work on a device's own connection. */
  static async start(device: string, line: Line, drop: Drop, onError: (error: Error) => void): Promise<Box> {
    const box = new Box(device, line, drop, onError);
    await line.follow(`device:${device}/box`, (push) => {
      box.hear(push);
    });
    return box;
  }

  /** Resolves when the sale is dispensed and reported; rejects with `NothingCame`. */
  async dispensed(sale: string, withinMs: number): Promise<Dispensed> {
    const note = await this.inbox.wait(sale, ['dispensed'], withinMs);
    return note.data as Dispensed;
  }

  private hear({ name, data }: Pushed): void {
    if (name !== 'dispense') return;
    const dispense = data as unknown as Dispense;
    if (this.dropping.has(dispense.sale)) return;
    this.dropping.add(dispense.sale);
    this.dispense(dispense)
      .catch((error: unknown) => {
        if (!(error instanceof Refused)) throw error;
        this.onError(error);
      })
      .finally(() => this.dropping.delete(dispense.sale));
  }

  private async dispense({ sale, lines }: Dispense): Promise<void> {
    const toldAt = performance.now();
    const ms = this.drop.ms();
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
    const report = lines.map((line) => ({ slot: line.slot, dropped: this.drop.fallen(line) }));
    const input = { sale, lines: report.map((line, i) => reasoned(line, lines[i]?.units ?? 0)) };
    const reportedAt = performance.now();
    const reported = await this.line.ask('sale.report', input, { id: `report-${sale}` });
    const data: Dispensed = { ...reported, toldAt, reportedAt };
    this.inbox.put(sale, { name: 'dispensed', data });
  }
}

function reasoned<L extends { readonly dropped: number }>(line: L, units: number): L & { reason?: string } {
  return line.dropped < units ? { ...line, reason: 'jam' } : line;
}
