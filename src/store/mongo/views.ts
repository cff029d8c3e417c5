/**
 * Views on MongoDB: a collection for each, a row as text, and for each declared index one field whose text sorts as the
 * declared fields do (collections.ts), so that every store answers a question alike, to the order of `null`, `false`, 1
 * and "1", and with the same cursors.
 *
 * A row is replaced only by one of no lower version. Where none is there it is inserted; who meets another insert of
 * the same row tries once more, as a replacement. Calls of one process follow each other, since a conditional upsert is
 * not atomic on every server.
 */
import type { Model } from 'mongoose';

import { cursorOf, type Collection, type Collections } from '../collections.js';
import { StoreDamaged, type Json, type Page, type Query, type Row, type Views } from '../ports.js';
import { decodeRow } from '../rows.js';
import { Serial } from '../serial.js';
import { indexField, type RowDocument } from './documents.js';
import type { Link } from './link.js';
import { documentOf } from './placing.js';

export class MongoViews implements Views {
  private readonly serial = new Serial();

  constructor(
    private readonly link: Link,
    private readonly collections: Collections,
  ) {}

  async apply(rows: readonly Row[]): Promise<void> {
    this.link.check();
    const latest = new Map<Collection, Map<string, Row>>();
    for (const row of rows) {
      const collection = this.collections.get(row.collection);
      const known = latest.get(collection) ?? new Map<string, Row>();
      latest.set(collection, known);
      if (row.version >= (known.get(row.id)?.version ?? -Infinity)) known.set(row.id, row);
    }
    const placed = [...latest].map(([collection, byId]) => ({
      table: this.link.models.rows(collection.declaration.name),
      documents: [...byId.values()].map((row) => documentOf(collection, row)),
    }));
    await this.serial.run(async () => {
      await Promise.all(placed.map(({ table, documents }) => replace(this.link, table, documents)));
    });
  }

  async get(collection: string, id: string): Promise<Readonly<Record<string, Json>> | undefined> {
    this.link.check();
    this.collections.get(collection);
    const document = await this.link.models.rows(collection).findOne({ _id: id }).select({ row: 1 }).lean();
    return document ? (decodeRow(document.row, collection, id).fields ?? undefined) : undefined;
  }

  async find(query: Query): Promise<Page> {
    this.link.check();
    const { collection, limit, descending } = query;
    const range = this.collections.get(collection).rangeOf(query);
    const field = indexField(query.index);
    const found = await this.link.models
      .rows(collection)
      .find({ [`keys.${field}`]: { $gte: range.gte, $lt: range.lt } })
      .select({ row: 1, keys: 1 })
      .sort({ [`keys.${field}`]: descending === true ? -1 : 1 })
      .limit(limit + 1)
      .lean();
    const page = found.slice(0, limit);
    const rows = page.map(({ _id, row }) => rowOf(collection, _id, row));
    const last = page.at(-1)?.keys?.[field];
    return found.length > page.length && last !== undefined ? { rows, cursor: cursorOf(last) } : { rows };
  }

  async clear(collection: string): Promise<void> {
    this.link.check();
    this.collections.get(collection);
    await this.serial.run(async () => {
      await this.link.models.rows(collection).deleteMany({});
    });
  }

  async idle(): Promise<void> {
    await this.serial.idle();
  }
}

function rowOf(collection: string, id: string, text: string): Page['rows'][number] {
  const { fields } = decodeRow(text, collection, id);
  if (fields === null) throw new StoreDamaged(`collection ${collection}: an index names row ${id}, which has ended`);
  return { id, fields };
}

async function replace(link: Link, table: Model<RowDocument>, documents: readonly RowDocument[]): Promise<void> {
  const write = (some: readonly RowDocument[], upsert: boolean) =>
    link.bulk.write(
      table,
      some.map((document) => ({
        replaceOne: {
          filter: { _id: document._id, version: { $lte: document.version } },
          replacement: document,
          upsert,
        },
      })),
    );
  const met = await write(documents, true);
  // Somebody inserted them meanwhile, or they are of a higher version: then nothing is replaced.
  if (met.length > 0)
    await write(
      met.flatMap((index) => documents[index] ?? []),
      false,
    );
}
