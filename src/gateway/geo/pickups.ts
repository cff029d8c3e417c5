/**
 * Who has something to pick up: the paid restocks that a station prepares or has ready, from the view
 * `restocks`. By it the map marks cars, and a station sees where its drivers are: those, nobody else, and only
 * until pick-up.
 */
import { restocksCollection } from '../../actors/shared/restocks.js';
import type { Row, Views } from '../../store/ports.js';

const WAITING = ['to_prepare', 'ready'];
const PAGE = 1_000;

interface Pickup {
  readonly driver: string;
  readonly station: string;
}

export class Pickups {
  /** By restock; as many as are open. */
  readonly #open = new Map<string, Pickup>();
  /** Restocks by driver and by station. */
  readonly #drivers = new Map<string, Set<string>>();
  readonly #stations = new Map<string, Set<string>>();

  /** `changed` is told each driver who got something to pick up, or has nothing left. */
  constructor(
    private readonly views: Views,
    private readonly changed: (driver: string) => void,
  ) {}

  /** Reads all restocks that wait. */
  async load(): Promise<void> {
    for (const state of WAITING) {
      const question = { collection: restocksCollection.name, index: 'state', equal: [state], limit: PAGE };
      let cursor: string | undefined;
      do {
        const page = await this.views.find({ ...question, ...(cursor === undefined ? {} : { cursor }) });
        for (const { id, fields } of page.rows) this.#put(id, fields);
        cursor = page.cursor;
      } while (cursor !== undefined);
    }
  }

  /** Takes in what was written to the views. */
  onRows(rows: readonly Row[]): void {
    for (const row of rows) if (row.collection === restocksCollection.name) this.#put(row.id, row.fields);
  }

  /** Whether anything waits for a driver, at any station. */
  has(driver: string): boolean {
    return this.#drivers.has(driver);
  }

  /** Drivers for whom something waits at a station. */
  driversOf(station: string): readonly string[] {
    const restocks = [...(this.#stations.get(station) ?? [])];
    return [...new Set(restocks.flatMap((restock) => this.#open.get(restock)?.driver ?? []))];
  }

  #put(restock: string, fields: Row['fields']): void {
    const before = this.#open.get(restock);
    const { driver, station, state } = fields ?? {};
    const waits = typeof state === 'string' && WAITING.includes(state);
    if (waits && !before && typeof driver === 'string' && typeof station === 'string') {
      this.#open.set(restock, { driver, station });
      const first = !this.has(driver);
      add(this.#drivers, driver, restock);
      add(this.#stations, station, restock);
      if (first) this.changed(driver);
    } else if (!waits && before) {
      this.#open.delete(restock);
      remove(this.#drivers, before.driver, restock);
      remove(this.#stations, before.station, restock);
      if (!this.has(before.driver)) this.changed(before.driver);
    }
  }
}

function add(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key);
  if (set) set.add(value);
  else sets.set(key, new Set([value]));
}

function remove(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key);
  set?.delete(value);
  if (set?.size === 0) sets.delete(key);
}
