/**
 * A ranking as its own entries tell it: the last figures of each row. Each report must raise the seq of its owner,
 * change no other owner's row, and tell totals that are the sums of the rows.
 */
import { add, type Figures } from './sums.js';

type List = 'devices' | 'stations' | 'drivers' | 'products';

/** The event of a report that counts. */
export interface ReportedEvent {
  readonly list: 'devices' | 'stations';
  readonly from: string;
  readonly seq: number;
  readonly totals: Readonly<Record<'devices' | 'stations', { readonly amount: number; readonly orders: number }>>;
  readonly rows: readonly (Figures & { readonly list: List; readonly id: string })[];
}

export interface OwnerRow extends Figures {
  seq: number;
}

export class Ranked {
  /** Devices and stations by `<list>/<id>`. */
  readonly owners = new Map<string, OwnerRow>();
  readonly drivers = new Map<string, Figures>();
  readonly products = new Map<string, Figures>();
  readonly totals = { devices: { amount: 0, count: 0 }, stations: { amount: 0, count: 0 } };

  constructor(private readonly wrong: (text: string) => void) {}

  report({ list, from, seq, totals, rows }: ReportedEvent): void {
    const owner = `${list}/${from}`;
    const before = this.owners.get(owner) ?? { amount: 0, count: 0, seq: 0 };
    if (seq < before.seq) this.wrong(`report ${seq} of ${from} counts after its report ${before.seq}`);
    const now = rows.find((row) => row.list === list && row.id === from) ?? before;
    this.owners.set(owner, { amount: now.amount, count: now.count, seq });
    add(this.totals[list], { amount: now.amount - before.amount, count: now.count - before.count });
    for (const row of rows) {
      const figures = { amount: row.amount, count: row.count };
      if (row.list === 'drivers' || row.list === 'products') this[row.list].set(row.id, figures);
      else if (row.list !== list || row.id !== from) this.wrong(`a report of ${from} changes the row of ${row.id}`);
    }
    for (const which of ['devices', 'stations'] as const) {
      const { amount, count } = this.totals[which];
      if (totals[which].amount !== amount || totals[which].orders !== count) {
        this.wrong(
          `totals of ${which} are told as ${totals[which].amount} in ${totals[which].orders}, and are ${amount} in ${count}`,
        );
      }
    }
  }

  /** Rows of one list. */
  list(list: List): ReadonlyMap<string, Figures> {
    if (list === 'drivers' || list === 'products') return this[list];
    const rows = [...this.owners].filter(([owner]) => owner.startsWith(`${list}/`));
    return new Map(rows.map(([owner, row]) => [owner.slice(list.length + 1), row]));
  }
}
