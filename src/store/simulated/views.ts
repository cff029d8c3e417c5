/** Views as one incarnation sees them; a crash may lose the last rows. A question sorts all rows. */
import { compare, cursorOf, type Collections } from '../collections.js';
import type { Json, Page, Query, Row, Views } from '../ports.js';
import type { Connection } from './connection.js';
import type { Losable } from './losable.js';

/** Rows by id, by collection. */
export type Tables = Map<string, Map<string, { readonly version: number; readonly text: string }>>;

type Fields = Readonly<Record<string, Json>>;

export class SimulatedViews implements Views {
  private readonly connection: Connection;
  private readonly collections: Collections;
  private readonly tables: Losable<Tables>;

  constructor(connection: Connection, collections: Collections, tables: Losable<Tables>) {
    this.connection = connection;
    this.collections = collections;
    this.tables = tables;
  }

  async apply(rows: readonly Row[]): Promise<void> {
    const fresh = rows.map(({ collection, id, version, fields }) => {
      this.collections.get(collection).keysOf(id, fields ?? {});
      return { collection, id, version, text: JSON.stringify(fields) };
    });
    await this.connection.lazy(() => {
      this.tables.change((tables) => {
        for (const { collection, id, version, text } of fresh) {
          const table = tables.get(collection) ?? new Map<string, { version: number; text: string }>();
          tables.set(collection, table);
          if (version >= (table.get(id)?.version ?? -Infinity)) table.set(id, { version, text });
        }
      });
    });
  }

  async get(collection: string, id: string): Promise<Fields | undefined> {
    this.collections.get(collection);
    return this.connection.read(() => parse(this.tables.state.get(collection)?.get(id)?.text ?? 'null') ?? undefined);
  }

  async find(query: Query): Promise<Page> {
    const collection = this.collections.get(query.collection);
    const range = collection.rangeOf(query);
    return this.connection.read(() => {
      const found: { key: string; id: string; fields: Fields }[] = [];
      for (const [id, { text }] of this.tables.state.get(query.collection) ?? []) {
        const fields = parse(text);
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
