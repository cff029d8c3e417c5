/**
 * `backseat migrate`: brings a database to this release. Each step is done once and may be begun again where it was
 * interrupted: what it has done it does not do anew, and that it is done is written down behind it. No node may serve
 * meanwhile: one of the old release would go on writing the old form.
 */
import type { Collection, Collections } from '../collections.js';
import { StoreDamaged, StoreUnavailable } from '../ports.js';
import { decodeRow } from '../rows.js';
import { SELF, type Models, type RowDocument } from './documents.js';
import { checkFormat, declarationsIn, declare, ensureTables, ensureView, identityOf } from './format.js';
import type { Link } from './link.js';
import { keysOf, tagOf } from './placing.js';

/** Hears one line for the operator. */
export type Say = (line: string) => void;

/** A change of the documents: from the format before it to the next. */
export interface Step {
  /** What it does, for the operator. */
  readonly about: string;
  /** Must do nothing to what it has done before. */
  run(models: Models): Promise<void>;
}

/** The changes from format 1 to this release's. */
export const steps: readonly Step[] = [];

/** The format after `steps`: the first one is 1. */
export function formatAfter(taken: readonly Step[]): number {
  return 1 + taken.length;
}

/** Rows that are written at a time. */
const CHUNK = 500;

/** Brings the database to the format after `taken`, and its views to `collections`. Says what it does. */
export async function migrate(link: Link, collections: Collections, taken: readonly Step[], say: Say): Promise<void> {
  const identity = await identityOf(link);
  if (!identity) throw new StoreUnavailable(`there is no store in ${link.shown}; a node makes one when it starts`);
  const { models } = link;
  let { format } = identity;
  for (const step of taken.slice(format - 1)) {
    say(`to format ${format + 1}: ${step.about}`);
    await step.run(models);
    await models.store.updateOne({ _id: SELF, format }, { $set: { format: format + 1 } });
    format += 1;
  }
  checkFormat(link, format, formatAfter(taken));
  await ensureTables(models);
  const declared = await declarationsIn(link);
  for (const collection of collections) {
    if (declared.get(collection.declaration.name) !== JSON.stringify(collection.declaration)) {
      await reindex(link, collection, say);
    }
  }
  say(`${link.shown} is of format ${format}, and its views are as this release declares them`);
}

/** Makes the indexes of a view anew: first those that are missing, then the keys of every row; then others go. */
async function reindex(link: Link, collection: Collection, say: Say): Promise<void> {
  const { name, indexes } = collection.declaration;
  await ensureView(link, collection);
  say(`view ${name}: ${await rekey(link, collection, say)} rows have new keys`);
  const rows = link.models.rows(name).collection;
  for (const index of await rows.indexes()) {
    const kept = index.name === '_id_' || indexes.some((declared) => declared.name === index.name);
    if (index.name !== undefined && !kept) await rows.dropIndex(index.name);
  }
  await declare(link, collection);
}

/** Gives rows whose keys were made by another declaration their new ones. Returns how many. */
async function rekey(link: Link, collection: Collection, say: Say): Promise<number> {
  const table = link.models.rows(collection.declaration.name);
  const by = tagOf(collection.declaration);
  let count = 0;
  let waiting: RowDocument[] = [];
  const write = async () => {
    const writes = waiting.map((row) => ({
      // A row that was written meanwhile has its new keys already.
      replaceOne: {
        filter: { _id: row._id, version: row.version, by: row.by },
        replacement: rekeyed(collection, row, say),
      },
    }));
    await link.bulk.write(table, writes);
    count += waiting.length;
    waiting = [];
  };
  for await (const row of table
    .find({ by: { $ne: by } })
    .lean()
    .cursor({ batchSize: CHUNK })) {
    waiting.push(row);
    if (waiting.length === CHUNK) await write();
  }
  if (waiting.length > 0) await write();
  return count;
}

/** The row with the keys of its new declaration; a damaged one is found by none until its view is rebuilt. */
function rekeyed(collection: Collection, { _id, version, row }: RowDocument, say: Say): RowDocument {
  const document = { _id, version, by: tagOf(collection.declaration), row };
  try {
    const { fields } = decodeRow(row, collection.declaration.name, _id);
    return fields === null ? document : { ...document, keys: keysOf(collection, _id, fields) };
  } catch (error) {
    if (!(error instanceof StoreDamaged)) throw error;
    say(error.message);
    return document;
  }
}
