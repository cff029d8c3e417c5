/**
 * The store on MongoDB: a replica set, a sharded cluster, or a server that speaks its protocol. Several nodes share it;
 * the journal's two unique keys are all that stands between them (R3).
 */
import { Collections } from '../collections.js';
import { StoreUnavailable, type CollectionDeclaration, type Restoring, type Store } from '../ports.js';
import { SELF } from './documents.js';
import {
  beginRestoring,
  checkFormat,
  checkKeys,
  createStore,
  ensureTables,
  finishRestoring,
  identityOf,
  openViews,
  type Identity,
} from './format.js';
import { MongoJournal } from './journal.js';
import { Link } from './link.js';
import { formatAfter, migrate, steps, type Say } from './migrate.js';
import { MongoSnapshots } from './snapshots.js';
import { MongoViews } from './views.js';

export interface MongoOptions {
  /** The views that can be asked. */
  readonly collections: readonly CollectionDeclaration[];
  /** Hears when the journal gets no answer, and when it does again. */
  readonly say?: Say;
  /** Whether a store is made where there is none; default true. */
  readonly create?: boolean;
}

/**
 * Opens the store in the database that `url` names, and makes it when there is none. Throws `StoreUnavailable` when the
 * server cannot be reached or the database is of another release, `StoreDamaged` when what is in it cannot be true.
 */
export async function openMongo(url: string, options: MongoOptions): Promise<Store> {
  const say = options.say ?? (() => undefined);
  return linked(url, async (link) => {
    const { id, format } = await identify(link, options.create ?? true);
    checkFormat(link, format, formatAfter(steps));
    return { id, ...(await build(link, new Collections(options.collections), say)) };
  });
}

/**
 * Makes a store in the empty database that `url` names, to be filled from the backup whose content `source` names; or
 * goes on with one that was interrupted. Throws as {@link openMongo} does, and `StoreUnavailable` where there is a
 * store.
 */
export async function restoreMongo(url: string, options: MongoOptions, source: string): Promise<Restoring> {
  return linked(url, async (link) => {
    await beginRestoring(link, source);
    await ensureTables(link.models);
    const store = await build(link, new Collections(options.collections), options.say ?? (() => undefined));
    return { ...store, finish: () => finishRestoring(link, source, formatAfter(steps)) };
  });
}

/** Brings the database to this release; see migrate.ts. Throws as {@link openMongo} does. */
export async function migrateMongo(url: string, { collections, say = () => undefined }: MongoOptions): Promise<void> {
  const link = await Link.open(url);
  try {
    await migrate(link, new Collections(collections), steps, say);
  } finally {
    await link.close();
  }
}

/** Takes the database away, with all that is in it. */
export async function dropMongo(url: string): Promise<void> {
  const link = await Link.open(url);
  await link.connection.dropDatabase();
  await link.close();
}

async function linked<T>(url: string, use: (link: Link) => Promise<T>): Promise<T> {
  const link = await Link.open(url);
  try {
    return await use(link);
  } catch (error) {
    await link.close();
    throw error;
  }
}

async function build(link: Link, collections: Collections, say: Say): Promise<Omit<Store, 'id'>> {
  await checkKeys(link);
  await openViews(link, collections);
  if (!link.replicated) say(`${link.shown} is no replica set: what it acknowledges stands on one machine`);
  let silent = false;
  const journal = new MongoJournal(link, (reason) => {
    if (silent === (reason !== undefined)) return;
    silent = reason !== undefined;
    say(silent ? `the journal has no word on what it was given: ${reason}` : 'the journal has its word again');
  });
  const snapshots = new MongoSnapshots(link);
  const views = new MongoViews(link, collections);
  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    await views.idle();
    await link.close();
  }
  async function answers(): Promise<void> {
    await link.urgent.store.findOne({ _id: SELF }).select({ _id: 1 }).lean();
  }
  return { journal, snapshots, views, warnings: [], answers, buffers: () => 0, close: () => (closing ??= close()) };
}

/** The identity of the store; of a new one, when the database is empty. */
async function identify(link: Link, mayCreate: boolean): Promise<Identity> {
  const there = await identityOf(link);
  if (there) return there;
  if (!mayCreate) throw new StoreUnavailable(`there is no store in ${link.shown}`);
  await createStore(link, formatAfter(steps));
  const made = await identityOf(link);
  if (!made) throw new StoreUnavailable(`no store could be made in ${link.shown}`);
  return made;
}
