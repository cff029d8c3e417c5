/**
 * A node's store: the one that its settings name. MongoDB's is loaded only where it is used: a node on the embedded
 * store starts sooner without.
 */
import type { Settings } from '../config.js';
import { openEmbedded, restoreEmbedded } from '../store/embedded/index.js';
import { databaseOf, shownUrl, withDatabase } from '../store/mongo/url.js';
import type { CollectionDeclaration, Restoring, Store } from '../store/ports.js';

export interface StoreOptions {
  readonly collections: readonly CollectionDeclaration[];
  /** One line to the operator, now and later. */
  readonly say: (line: string) => void;
  /** Whether a store is made where there is none; default true. Of MongoDB only. */
  readonly create?: boolean;
}

/** Opens the store that the settings name. Throws as `openMongo` and `openEmbedded` do. */
export async function openStore({ mongoUrl, dataFolder }: Settings, options: StoreOptions): Promise<Store> {
  if (mongoUrl === '') return openEmbedded(dataFolder, options);
  const { openMongo } = await import('../store/mongo/index.js');
  return openMongo(mongoUrl, options);
}

/** Makes the store that the settings name, to be filled from the backup whose content `source` names. */
export async function restoreStore(settings: Settings, options: StoreOptions, source: string): Promise<Restoring> {
  const { mongoUrl, dataFolder } = settings;
  if (mongoUrl === '') return restoreEmbedded(dataFolder, options, source);
  const { restoreMongo } = await import('../store/mongo/index.js');
  return restoreMongo(mongoUrl, options, source);
}

/** Where the store is, as it may be told. */
export function placeOf({ mongoUrl, dataFolder }: Settings): string {
  return mongoUrl === '' ? dataFolder : shownUrl(mongoUrl);
}

/** Brings the database that the settings name to this release. */
export async function migrateStore({ mongoUrl }: Settings, options: StoreOptions): Promise<void> {
  const { migrateMongo } = await import('../store/mongo/index.js');
  await migrateMongo(mongoUrl, options);
}

/**
 * Works on a database beside the one that the settings name, which is gone afterwards; where they name none, on none.
 */
export async function besideDatabase<T>(
  { mongoUrl }: Settings,
  name: string,
  work: (mongoUrl: string) => Promise<T>,
): Promise<T> {
  if (mongoUrl === '') return work('');
  const url = withDatabase(mongoUrl, `${databaseOf(mongoUrl)}_${name}`);
  const { dropMongo } = await import('../store/mongo/index.js');
  try {
    return await work(url);
  } finally {
    await dropMongo(url);
  }
}
