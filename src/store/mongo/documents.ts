/**
 * What stands in MongoDB, and by which indexes it is found. Every unique key begins with the actor, so that the journal
 * and the snapshots can be sharded by `{ actor: 1 }`.
 *
 * An entry is kept as the text that the engine sealed, not as fields: its checksum covers exactly what was decided, any
 * text and any field name comes back as it was, and nothing is written down twice on the way. Beside it stand only the
 * keys, and the time for people. An archived entry's text is shorter, and all else is as it was.
 */
import { Schema, type Collection, type Connection, type Model } from 'mongoose';

import type { ActorId } from '../ports.js';

/** One entry of the journal. `_id` is of {@link keyOf}. */
export interface EntryDocument {
  readonly _id: string;
  readonly actor: ActorId;
  readonly commandId: string;
  readonly at: Date;
  /** As encodeEntry wrote it. */
  readonly entry: string;
  /** The marker (ENGINE 17): both, or neither. `wake` in ms UTC. */
  readonly shard?: number;
  readonly wake?: number;
}

/** A snapshot. `_id` is of {@link keyOf}. */
export interface SnapshotDocument {
  readonly _id: string;
  readonly actor: ActorId;
  readonly seq: number;
  /** The snapshot, sealed. */
  readonly snapshot: string;
}

/** A row of a view. */
export interface RowDocument {
  readonly _id: string;
  readonly version: number;
  /** Which declaration `keys` was made by. */
  readonly by: string;
  /** As encodeRow wrote it. */
  readonly row: string;
  /** Where it stands in each index, by {@link indexField}; absent: the record ended. */
  readonly keys?: Readonly<Record<string, string>>;
}

/** What the store knows of itself: one document with this id, and one for each view. */
export const SELF = 'store';

export interface StoreDocument {
  readonly _id: string;
  /** Of {@link SELF}: the store's id, and the version of all documents. */
  readonly storeId?: string;
  readonly format?: number;
  /** Of {@link SELF}, in their place: the backup that the store is being filled from. */
  readonly restoring?: string;
  /** Of a view: the declaration that its indexes were made by. */
  readonly declared?: string;
}

/** Nothing is made, buffered or altered behind our back. */
const plain = { versionKey: false, autoIndex: false, autoCreate: false, bufferCommands: false } as const;

const entrySchema = new Schema<EntryDocument>(
  { _id: String, actor: String, commandId: String, at: Date, entry: String, shard: Number, wake: Number },
  { ...plain, collection: 'journal' },
)
  .index({ actor: 1, commandId: 1 }, { unique: true, name: 'command' })
  .index({ shard: 1, wake: 1 }, { sparse: true, name: 'wake' });

const snapshotSchema = new Schema<SnapshotDocument>(
  { _id: String, actor: String, seq: Number, snapshot: String },
  { ...plain, collection: 'snapshots' },
).index({ actor: 1, seq: -1 }, { name: 'latest' });

const storeSchema = new Schema<StoreDocument>(
  { _id: String, storeId: String, format: Number, restoring: String, declared: String },
  { ...plain, collection: 'store' },
);

const rowSchema = new Schema<RowDocument>(
  { _id: String, version: Number, by: String, row: String, keys: Schema.Types.Mixed },
  plain,
);

/** The models of one connection. */
export interface Models {
  readonly entries: Model<EntryDocument>;
  readonly snapshots: Model<SnapshotDocument>;
  readonly store: Model<StoreDocument>;
  /** The rows of the view `name`. */
  rows(name: string): Model<RowDocument>;
}

export function modelsOf(connection: Connection): Models {
  return {
    entries: connection.model<EntryDocument>('Entry', entrySchema),
    snapshots: connection.model<SnapshotDocument>('Snapshot', snapshotSchema),
    store: connection.model<StoreDocument>('Store', storeSchema),
    rows(name) {
      const model = `Row ${name}`;
      const known = connection.models[model] as Model<RowDocument> | undefined;
      return known ?? connection.model<RowDocument>(model, rowSchema, `view.${name}`);
    },
  };
}

/** The driver's own collection below a model, without mongoose's documents between. */
export function driverOf<T extends object>(model: Model<T>): Collection<T> {
  return model.db.collection<T>(model.collection.name);
}

/** Bytes of a text at most: a document may have 16 MiB. */
const LONGEST = 15 * 1024 * 1024;

/** Whether no document can hold the text. */
export function isTooLong(text: string): boolean {
  return text.length * 3 > LONGEST && Buffer.byteLength(text) > LONGEST;
}

/** The field that an index of a view is over. A dot in the index's name would mean a field of a field. */
export function indexField(index: string): string {
  return index.replaceAll('.', '/');
}
