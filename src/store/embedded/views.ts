/**
 * Views on LevelDB: rows, and for each index a key that sorts as its fields do and ends with the
 * row's id. Not synced; the journal is the truth. Writes are handled one after the other, so what a
 * later one left behind includes the earlier ones.
 */
import { cursorOf, type Collection, type Collections } from '../collections.js';
import { StoreDamaged, type Json, type Page, type Query, type Row, type Views } from '../ports.js';
import { decodeRow, encodeRow } from '../rows.js';
import { Serial } from '../serial.js';
import type { Finality } from './finality.js';
import { indexedIdOf, keys, ranges } from './keys.js';
import { isCorruption, type Level } from './level.js';
import { indexKeysOf, KnownRows, NOTHING } from './rows.js';

export class EmbeddedViews implements Views {
  readonly damaged = new Set<string>();
  private readonly level: Level;
  private readonly collections: Collections;
  private readonly finality: Finality;
  private readonly known: KnownRows;
  private readonly serial = new Serial();

  constructor(level: Level, collections: Collections, finality: Finality) {
    this.level = level;
    this.collections = collections;
    this.finality = finality;
    this.known = new KnownRows(level, this.damaged);
  }

  async apply(rows: readonly Row[]): Promise<void> {
    this.finality.check();
    const placed = rows.map((row) => ({ row, id: row.id, collection: this.collections.get(row.collection) }));
    await this.serial.run(() => this.write(placed));
  }

  async get(collection: string, id: string): Promise<Readonly<Record<string, Json>> | undefined> {
    this.finality.check();
    this.collections.get(collection);
    return this.guard(collection, async () => {
      const text = await this.level.get(keys.row(collection, id));
      return text === undefined ? undefined : (decodeRow(text, collection, id).fields ?? undefined);
    });
  }

  async find(query: Query): Promise<Page> {
    this.finality.check();
    const range = this.collections.get(query.collection).rangeOf(query);
    const snapshot = this.level.snapshot();
    try {
      return await this.guard(query.collection, async () => {
        const start = keys.index(query.collection, '').length;
        const found = await this.level
          .keys({
            gte: keys.index(query.collection, range.gte),
            lt: keys.index(query.collection, range.lt),
            reverse: query.descending === true,
            limit: query.limit + 1,
            snapshot,
          })
          .all();
        const page = found.slice(0, query.limit);
        const ids = page.map(indexedIdOf);
        const texts = await this.level.getMany(
          ids.map((id) => keys.row(query.collection, id)),
          { snapshot },
        );
        const rows = ids.map((id, i) => rowOf(query.collection, id, texts[i]));
        const last = page.at(-1);
        return found.length > page.length && last !== undefined
          ? { rows, cursor: cursorOf(last.slice(start)) }
          : { rows };
      });
    } finally {
      await snapshot.close();
    }
  }

  async clear(collection: string): Promise<void> {
    this.finality.check();
    this.collections.get(collection);
    await this.serial.run(() =>
      this.finality.write('empty a view', async () => {
        this.known.forget();
        await this.level.clear(ranges.indexes(collection));
        await this.level.clear(ranges.rows(collection));
        this.damaged.delete(collection);
      }),
    );
  }

  async idle(): Promise<void> {
    await this.serial.idle();
  }

  /** Remembers a view that is damaged, and says what to do where it is LevelDB that cannot read a block of it. */
  private async guard<T>(collection: string, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (cause) {
      if (!isCorruption(cause) && !(cause instanceof StoreDamaged)) throw cause;
      this.damaged.add(collection);
      if (cause instanceof StoreDamaged) throw cause;
      throw new StoreDamaged(`collection ${collection} cannot be read; rebuild the view`, { cause });
    }
  }

  private async write(rows: readonly { readonly row: Row; readonly id: string; readonly collection: Collection }[]) {
    const known = await this.known.of(rows);
    const batch = this.level.batch();
    for (const { row, collection } of rows) {
      const key = keys.row(row.collection, row.id);
      const before = known.get(key) ?? NOTHING;
      if (row.version < before.version) continue;
      const indexKeys = indexKeysOf(collection, row.id, row.fields);
      // Most rows change without moving in their indexes.
      for (const old of before.indexKeys) if (!indexKeys.includes(old)) batch.del(old);
      for (const fresh of indexKeys) if (!before.indexKeys.includes(fresh)) batch.put(fresh, '');
      batch.put(key, encodeRow(row));
      known.set(key, { version: row.version, indexKeys });
    }
    await this.finality.write('write a view', () => batch.write());
    this.known.remember(known);
  }
}

function rowOf(collection: string, id: string, text: string | undefined): Page['rows'][number] {
  const fields = text === undefined ? null : decodeRow(text, collection, id).fields;
  if (fields === null) throw new StoreDamaged(`collection ${collection}: an index names row ${id}, which is not there`);
  return { id, fields };
}
