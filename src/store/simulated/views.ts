/** Views as one incarnation sees them; a crash may lose the last rows. A question sorts all rows. */
import { compare, cursorOf, type Collections } from '../collections.js';
import type { Json, Page, Query, Row, Views } from '../ports.js';
import type { Connection } from './connection.js';
import { frozen } from '../frozen.js';
import type { Losable } from './losable.js';

type Fields = Readonly<Record<string, Json>>;

/** A row as it stands; `null`: it was taken away. */
export interface StoredRow {
  readonly version: number;
  readonly fields: Fields | null;
}

export class SimulatedViews implements Views {
  private readonly connection: Connection;
  private readonly collections: Collections;
  /** By id, by collection. */
  private readonly tables: Losable<string, string, StoredRow>;

  constructor(connection: Connection, collections: Collections, tables: Losable<string, string, StoredRow>) {
    this.connection = connection;
    this.collections = collections;
    this.tables = tables;
  }

  async apply(rows: readonly Row[]): Promise<void> {
    const fresh = rows.map(({ collection, id, version, fields }) => {
      this.collections.get(collection).keysOf(id, fields ?? {});
      // As text and back: what it was made of may change.
      return { collection, id, row: { version, fields: frozen(parse(JSON.stringify(fields))) } };
    });
    await this.connection.lazy(() => {
      this.tables.change((tables) => {
        for (const { collection, id, row } of fresh) {
          const table = tables.get(collection) ?? new Map<string, StoredRow>();
          tables.set(collection, table);
          if (row.version >= (table.get(id)?.version ?? -Infinity)) table.set(id, row);
        }
      });
    });
  }

  async get(collection: string, id: string): Promise<Fields | undefined> {
    this.collections.get(collection);
    return this.connection.read(() => this.tables.state.get(collection)?.get(id)?.fields ?? undefined);
  }

  async find(query: Query): Promise<Page> {
    const collection = this.collections.get(query.collection);
    const range = collection.rangeOf(query);
    return this.connection.read(() => {
      const found: { key: string; id: string; fields: Fields }[] = [];
      for (const [id, { fields }] of this.tables.state.get(query.collection) ?? []) {
        if (fields === null) continue;
        for (const key of collection.keysOf(id, fields)) {
          if (compare(key, range.gte) >= 0 && compare(key, range.lt) < 0) found.push({ key, id, fields });
        }
      }
      found.sort((a, b) => compare(a.key, b.key) * (query.descending === true ? -1 : 1));
      const page = found.slice(0, query.limit);
      const rows = page.map(({ id, fields }) => ({ id, fields }));
      const last = page.at(-1);
      return found.length > page.length && last ? { rows, cursor: cursorOf(last.key) } : { rows };
    });
  }

  async clear(collection: string): Promise<void> {
    this.collections.get(collection);
    await this.connection.lazy(() => {
      this.tables.change((tables) => tables.delete(collection));
    });
  }
}

function parse(text: string): Fields | null {
  return JSON.parse(text) as Fields | null;
}
