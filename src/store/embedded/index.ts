/**
 * The embedded store: LevelDB in a folder, held by one process. Nothing to install.
 */
import { nanoid } from 'nanoid';

import { Collections } from '../collections.js';
import { StoreDamaged, StoreUnavailable, type CollectionDeclaration, type Restoring, type Store } from '../ports.js';
import { Finality } from './finality.js';
import { Flushes, lastFlush } from './flushes.js';
import { EmbeddedJournal } from './journal.js';
import { keys } from './keys.js';
import { isCorruption, openLevel, type Level } from './level.js';
import { reindex } from './reindex.js';
import { EmbeddedSnapshots } from './snapshots.js';
import { EmbeddedViews } from './views.js';

/** Version of the keys and values of the database. */
const FORMAT = '2';

/** LevelDB's own word on its buffers and its cache, bytes. */
const MEMORY = 'leveldb.approximate-memory-usage';

export interface EmbeddedOptions {
  /** The views that can be asked; their index keys are made anew when a declaration has changed. */
  readonly collections: readonly CollectionDeclaration[];
}

/**
 * Opens the store in `folder`, and makes it when there is none. Throws `StoreUnavailable` when the
 * folder is in use or cannot be written, `StoreDamaged` when what is in it cannot be true.
 */
export async function openEmbedded(folder: string, options: EmbeddedOptions): Promise<Store> {
  return opened(folder, (level) => storeOn(level, folder, options));
}

/** The store on the open database of `folder`. For {@link openEmbedded}, and for who wants to watch the database. */
export async function storeOn(level: Level, folder: string, options: EmbeddedOptions): Promise<Store> {
  const id = await identify(level, folder);
  return { id, ...(await build(level, folder, options)) };
}

/**
 * Makes a store in `folder`, to be filled from the backup whose content `source` names; or goes on with one that was
 * interrupted. Throws as {@link openEmbedded} does, and `StoreUnavailable` where there is a store.
 */
export async function restoreEmbedded(folder: string, options: EmbeddedOptions, source: string): Promise<Restoring> {
  return opened(folder, async (level) => {
    await beginRestoring(level, folder, source);
    const store = await build(level, folder, options);
    const finish = async (): Promise<string> => {
      const id = nanoid();
      const last = level.batch().put(keys.storeId, id).put(keys.format, FORMAT).del(keys.restoring);
      // Synced: what was written before it, and was not, is on the disk with it.
      await last.write({ sync: true });
      return id;
    };
    return { ...store, finish };
  });
}

async function opened<T>(folder: string, use: (level: Level) => Promise<T>): Promise<T> {
  const level = await openLevel(folder);
  try {
    return await use(level);
  } catch (error) {
    await level.close();
    if (!isCorruption(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreDamaged(`the database in ${folder} is damaged: ${reason}`, { cause: error });
  }
}

async function build(level: Level, folder: string, options: EmbeddedOptions): Promise<Omit<Store, 'id'>> {
  const collections = new Collections(options.collections);
  const last = await lastFlush(level);
  const warnings: string[] = [];
  await reindex(level, collections);
  const flushes = Flushes.start(folder, last, warnings);
  const finality = new Finality();
  const journal = new EmbeddedJournal(level, flushes, finality);
  const snapshots = new EmbeddedSnapshots(level, finality);
  const views = new EmbeddedViews(level, collections, finality);
  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    await Promise.all([journal.idle(), snapshots.idle(), views.idle()]);
    const inOrder = finality.close();
    await level.close();
    flushes.close(inOrder);
  }
  return {
    journal,
    snapshots,
    views,
    warnings,
    // The process's own: it answers, or fails for good.
    answers: () => Promise.resolve(),
    buffers: () => (level.status === 'open' ? Number(level.getProperty(MEMORY)) : 0),
    close: () => (closing ??= close()),
  };
}

/** The store's id; a new one when the database is new. */
async function identify(level: Level, folder: string): Promise<string> {
  const [id, format, restoring] = await level.getMany([keys.storeId, keys.format, keys.restoring]);
  if (id !== undefined && format === FORMAT) return id;
  if (restoring !== undefined) throw halfRestored(folder);
  if (id !== undefined || format !== undefined) {
    throw new StoreDamaged(`the database in ${folder} has format ${format ?? 'none'}; this release reads ${FORMAT}`);
  }
  if ((await level.keys({ limit: 1 }).all()).length > 0) {
    throw new StoreDamaged(`the database in ${folder} has lost its id`);
  }
  const fresh = nanoid();
  await level.batch().put(keys.storeId, fresh).put(keys.format, FORMAT).write({ sync: true });
  return fresh;
}

async function beginRestoring(level: Level, folder: string, source: string): Promise<void> {
  const [id, restoring] = await level.getMany([keys.storeId, keys.restoring]);
  if (restoring === source) return;
  if (restoring !== undefined) throw halfRestored(folder);
  if (id !== undefined || (await level.keys({ limit: 1 }).all()).length > 0) {
    throw new StoreUnavailable(`there is a store in ${folder}; restore into an empty folder`);
  }
  await level.put(keys.restoring, source, { sync: true });
}

function halfRestored(folder: string): StoreUnavailable {
  return new StoreUnavailable(
    `the store in ${folder} is half restored: run "backseat restore" of the same backup again, or remove the folder`,
  );
}
