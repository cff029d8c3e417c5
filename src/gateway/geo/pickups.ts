/**
 * Who has something to pick up: the paid restocks that a station prepares or has ready, from the view
 * `restocks`. By it the map marks cars, until pick-up.
 */
import { restocksCollection } from '../../actors/shared/restocks.js';
import type { Row, Views } from '../../store/ports.js';

const WAITING = ['to_prepare', 'ready'];
const PAGE = 1_000;

export class Pickups {
  /** Driver by restock; as many as are open. */
  private readonly open = new Map<string, string>();
  /** How many wait for each driver. */
  private readonly waiting = new Map<string, number>();

  /** `changed` is told each driver who got something to pick up, or has nothing left. */
  constructor(
    private readonly views: Views,
    private readonly changed: (driver: string) => void,
  ) {}

  /** Reads all restocks that wait; those that were known and wait no more are forgotten. */
  async load(): Promise<void> {
    const missing = new Set(this.open.keys());
    for (const state of WAITING) {
      const question = { collection: restocksCollection.name, index: 'state', equal: [state], limit: PAGE };
      let cursor: string | undefined;
      do {
        const page = await this.views.find({ ...question, ...(cursor === undefined ? {} : { cursor }) });
        for (const { id, fields } of page.rows) {
          this.put(id, fields);
          missing.delete(id);
        }
        cursor = page.cursor;
      } while (cursor !== undefined);
    }
    for (const restock of missing) this.put(restock, null);
  }

  /** Takes in what was written to the views. */
  onRows(rows: readonly Row[]): void {
    for (const row of rows) if (row.collection === restocksCollection.name) this.put(row.id, row.fields);
  }

  /** Whether anything waits for a driver, at any station. */
  has(driver: string): boolean {
    return this.waiting.has(driver);
  }

  private put(restock: string, fields: Row['fields']): void {
    const before = this.open.get(restock);
    const { driver, state } = fields ?? {};
    const waits = typeof state === 'string' && WAITING.includes(state);
    if (waits && before === undefined && typeof driver === 'string') {
      this.open.set(restock, driver);
      this.count(driver, 1);
    } else if (!waits && before !== undefined) {
      this.open.delete(restock);
      this.count(before, -1);
    }
  }

  private count(driver: string, more: 1 | -1): void {
    const waiting = (this.waiting.get(driver) ?? 0) + more;
    if (waiting === 0) this.waiting.delete(driver);
    else this.waiting.set(driver, waiting);
    if (waiting === 0 || (waiting === 1 && more === 1)) this.changed(driver);
  }
}
