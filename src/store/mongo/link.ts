/**
 * The connection to MongoDB: what is asked of every read and write on it (ENGINE 2, 4), and how long anything may take.
 * What an address says of pools and times counts; it cannot weaken what is asked.
 */
import mongoose, { type Connection, type ConnectOptions } from 'mongoose';

import { StoreUnavailable } from '../ports.js';
import { Bulk } from './bulk.js';
import { endWithTheirSockets } from './dead-sockets.js';
import { modelsOf, type Models } from './documents.js';
import { databaseOf, optionsOf, shownUrl, withoutOptions } from './url.js';

/** ms until a write that no majority has is unknown. */
const MAJORITY_WITHIN_MS = 10_000;

/** What an address may not say. The driver puts single parts of a concern above ours. */
const CONCERNS = ['w', 'journal', 'wtimeout', 'wtimeoutMS', 'readConcernLevel', 'readPreference'];

/** Used where the address does not say otherwise. */
const defaults = {
  // An append that finds no server is unknown soon, and sent again: a new primary is met by the next try.
  serverSelectionTimeoutMS: 3_000,
  connectTimeoutMS: 3_000,
  // Longer than a majority may take: a server that says nothing at all hangs.
  socketTimeoutMS: 20_000,
  maxPoolSize: 32,
  appName: 'backseat',
} as const satisfies ConnectOptions;

/** Connections of the urgent way: one append is under way at a time. */
const URGENT = 4;

export class Link {
  readonly models: Models;
  /**
   * Over connections of its own: entries to be stored, and whether the server answers, wait for nothing that is read.
   */
  readonly urgent: Models;
  readonly bulk: Bulk;
  private state: 'open' | 'closed' = 'open';

  private constructor(
    readonly connection: Connection,
    private readonly urgentConnection: Connection,
    /** The server's address as it may be told. */
    readonly shown: string,
    /** A replica set or a sharded cluster, so reads can be of one moment. */
    readonly replicated: boolean,
  ) {
    this.models = modelsOf(connection);
    this.urgent = modelsOf(urgentConnection);
    this.bulk = new Bulk(replicated);
  }

  /** Throws {@link StoreUnavailable}. */
  static async open(url: string): Promise<Link> {
    endWithTheirSockets();
    const shown = shownUrl(url);
    const address = withoutOptions(url, CONCERNS);
    const options = optionsFor(url);
    const connection = mongoose.createConnection(address, options);
    const urgent = mongoose.createConnection(address, { ...options, minPoolSize: 0, maxPoolSize: URGENT });
    try {
      await Promise.all([connection.asPromise(), urgent.asPromise()]);
      const hello = await connection.getClient().db('admin').command({ hello: 1 });
      return new Link(connection, urgent, shown, 'setName' in hello || hello['msg'] === 'isdbgrid');
    } catch (cause) {
      await Promise.all([connection.close(), urgent.close()]);
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new StoreUnavailable(`${shown} cannot be used: ${reason}`, { cause });
    }
  }

  /** Throws when the store was closed. */
  check(): void {
    if (this.state === 'closed') throw new Error('the store is closed');
  }

  async close(): Promise<void> {
    this.state = 'closed';
    await Promise.all([this.connection.close(), this.urgentConnection.close()]);
  }
}

function optionsFor(url: string): ConnectOptions {
  const said = optionsOf(url);
  const unsaid = Object.entries(defaults).filter(([name]) => !said.has(name));
  return {
    ...Object.fromEntries(unsaid),
    dbName: databaseOf(url),
    writeConcern: { w: 'majority', journal: true, wtimeoutMS: MAJORITY_WITHIN_MS },
    readConcern: { level: 'majority' },
    readPreference: 'primary',
    autoIndex: false,
    autoCreate: false,
    bufferCommands: false,
  };
}
