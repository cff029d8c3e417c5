/**
 * What a database says of itself, and whether this release may work on it: the store's id, the version of its
 * documents, and by which declaration the indexes of each view were made. A node makes what is new and changes nothing
 * that is there: that is `backseat migrate`, once, while an operator looks (migrate.ts).
 */
import { nanoid } from 'nanoid';

import type { Collection, Collections } from '../collections.js';
import { StoreDamaged, StoreUnavailable } from '../ports.js';
import { driverOf, indexField, SELF, type Models } from './documents.js';
import type { Link } from './link.js';
import { takenOf } from './taken.js';

/** What a database says of its store. */
export interface Identity {
  readonly id: string;
  readonly format: number;
}

/** The identity of the store in a database; undefined where there is none. Throws {@link StoreDamaged}. */
export async function identityOf({ models, shown }: Link): Promise<Identity | undefined> {
  const self = await models.store.findOne({ _id: SELF }).lean();
  if (self?.storeId !== undefined && self.format !== undefined) return { id: self.storeId, format: self.format };
  if (self?.restoring !== undefined) throw halfRestored(shown);
  if (self ?? (await models.entries.exists({}))) throw new StoreDamaged(`${shown} has lost the id of its store`);
  return undefined;
}

/** Makes a store in an empty database. Nodes that do it at the same time make one and the same. */
export async function createStore({ models }: Link, format: number): Promise<void> {
  await ensureTables(models);
  await driverOf(models.store)
    .insertMany([{ _id: SELF, storeId: nanoid(), format }], { ordered: false })
    .catch(takenOf);
}

/**
 * Says of an empty database that it is being filled from the backup `source`; of one that says so already, nothing.
 * Nodes that would make a store there meanwhile meet the same key. Throws StoreUnavailable where there is a store.
 */
export async function beginRestoring({ models, shown }: Link, source: string): Promise<void> {
  if (!(await models.entries.exists({}))) {
    await driverOf(models.store)
      .insertMany([{ _id: SELF, restoring: source }], { ordered: false })
      .catch(takenOf);
  }
  const self = await models.store.findOne({ _id: SELF }).lean();
  if (self?.restoring === source) return;
  if (self?.restoring !== undefined) throw halfRestored(shown);
  throw new StoreUnavailable(`there is a store in ${shown}; restore into an empty database`);
}

/** Gives the store that was filled from `source` its id. */
export async function finishRestoring({ models, shown }: Link, source: string, format: number): Promise<string> {
  const id = nanoid();
  const { matchedCount } = await models.store.replaceOne({ _id: SELF, restoring: source }, { storeId: id, format });
  if (matchedCount !== 1) throw new StoreDamaged(`${shown} was changed by somebody else while it was restored`);
  return id;
}

function halfRestored(shown: string): StoreUnavailable {
  return new StoreUnavailable(
    `the store in ${shown} is half restored: run "backseat restore" of the same backup again, or drop the database`,
  );
}

/** The collections beside the views, and their indexes, where they are not there. */
export async function ensureTables({ entries, snapshots, store }: Models): Promise<void> {
  for (const table of [entries, snapshots, store] as const) await table.createCollection();
  await entries.createIndexes();
  await snapshots.createIndexes();
}

/** Throws where this release must not work on a database of `format`. */
export function checkFormat({ shown }: Link, format: number, own: number): void {
  if (format > own) {
    throw new StoreUnavailable(
      `${shown} has format ${format} of a newer release, this one reads format ${own}: start the newer release`,
    );
  }
  if (format < own) {
    throw new StoreUnavailable(
      `${shown} has format ${format}, this release reads format ${own}: stop all nodes and run "backseat migrate"`,
    );
  }
}

/** Throws where the journal's second unique key is gone: without it a command would take effect twice (S3). */
export async function checkKeys({ models, shown }: Link): Promise<void> {
  const indexes = await models.entries.collection.indexes();
  const found = indexes.some(({ name, unique }) => name === 'command' && unique === true);
  if (!found) throw new StoreDamaged(`${shown} has lost the unique index of command ids: run "backseat migrate"`);
}

/** Makes views that are new. Throws where the indexes of one were declared otherwise. */
export async function openViews(link: Link, collections: Collections): Promise<void> {
  const declared = await declarationsIn(link);
  for (const collection of collections) {
    const { name } = collection.declaration;
    const before = declared.get(name);
    if (before === undefined) {
      await ensureView(link, collection);
      await declare(link, collection);
    } else if (before !== JSON.stringify(collection.declaration)) {
      throw new StoreUnavailable(
        `the indexes of view ${name} in ${link.shown} are of another release: stop all nodes and run "backseat migrate" of the newest`,
      );
    }
  }
}

/** The declarations by which the views' indexes were made. */
export async function declarationsIn({ models }: Link): Promise<ReadonlyMap<string, string>> {
  const all = await models.store.find({ declared: { $exists: true } }).lean();
  return new Map(all.map(({ _id, declared = '' }) => [_id.slice(VIEW.length), declared]));
}

/** Writes down that the view's indexes are made by its declaration. */
export async function declare({ models }: Link, { declaration }: Collection): Promise<void> {
  const declared = JSON.stringify(declaration);
  const replacement = { _id: VIEW + declaration.name, declared };
  await models.store
    .bulkWrite([{ replaceOne: { filter: { _id: replacement._id }, replacement, upsert: true } }], { ordered: false })
    .catch(takenOf);
}

/** The view's collection and its indexes, where they are not there. */
export async function ensureView({ models }: Link, { declaration }: Collection): Promise<void> {
  const rows = models.rows(declaration.name);
  await rows.createCollection();
  if (declaration.indexes.length === 0) return;
  await rows.collection.createIndexes(
    // Rows that ended stand in no index.
    declaration.indexes.map(({ name }) => ({ name, key: { [`keys.${indexField(name)}`]: 1 }, sparse: true })),
  );
}

/** `_id` of a view's declaration. */
const VIEW = 'view ';
