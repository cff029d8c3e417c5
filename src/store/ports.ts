/**
 * The store's three ports: what the engine needs from a database, and nothing more. An adapter
 * implements them; one conformance suite (test/store/conformance.ts) holds every adapter to them.
 *
 * Words
 *   entry     what one turn appended to the journal: the only way an actor changes (R3)
 *   epoch     names one activation of an actor on one node; never used twice
 *   promise   a message in an entry's outbox; its id is `<actor>/<seq>/<n>`
 *   move      one line of the books: a quantity of money or goods from one account to another
 *   wake      the earliest time at which a promise of an entry is due; outside the checksum
 *   row       one record of a view: a query table that can be rebuilt from the journal
 *   archived  an old entry of which only the core stands in the journal; the whole is in an archive file
 *
 * What a store promises
 *   S1 `append` keeps the order of one actor's entries: when one is not stored, no later one of
 *      that actor in the call is.
 *   S2 Each entry comes back as stored, collided (with the row it met) or unknown.
 *   S3 `(actor, seq)` and `(actor, commandId)` are unique, for ever: no key is ever freed.
 *   S4 Reads return only what a majority holds; a collision whose row cannot be read is unknown.
 */

/** `<kind>:<key>`, e.g. `device:d_7Qx`. Holds no `/`. */
export type ActorId = `${string}:${string}`;

/** Plain JSON: what entries, replies, messages and rows are made of. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** A fact, past tense, immutable. `v` is the version of its shape; absent means 1. */
export interface RecordedEvent {
  readonly type: string;
  readonly v?: number;
  readonly data: Json;
}

/** Why a request was not granted. `code` is one of the error registry's codes. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly details?: Json;
  readonly retryAfterMs?: number;
}

/** The answer an entry gives its caller, stored with it, so that a repeat gets the same. */
export type Outcome<T = Json> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Refusal };

/** A message that an entry promised to another actor, to itself (a timer) or to the world (an effect). */
export interface Promised {
  /** The receiver; `effect:<name>` reaches the outside world. */
  readonly to: ActorId;
  readonly type: string;
  readonly input: Json;
  /** Due time, ms UTC. */
  readonly due: number;
  /** Length of the chain of messages that led here; a timer starts a chain of its own. */
  readonly hop: number;
  /** The sender's own command that handles the reply; absent: no reply is asked for. */
  readonly reply?: string;
  /** What the sender wants to find beside the reply. */
  readonly note?: Json;
  /** The sender's own name for this promise, by which a later turn can close it. */
  readonly label?: string;
}

/** One line of the books (B2): `quantity` > 0 of `unit` (a currency's minor unit or a product id) moves. */
export interface Move {
  readonly from: string;
  readonly to: string;
  readonly unit: string;
  readonly quantity: number;
}

/** What stays of an entry for ever: its keys (S3), and what a repeat of its command is answered by (ENGINE 3, 12). */
export interface EntryCore {
  readonly actor: ActorId;
  /** Contiguous from 1. */
  readonly seq: number;
  readonly epoch: string;
  /** `<caller>:<id>`. */
  readonly commandId: string;
  /** The command's type, for people and for the books' own audit. */
  readonly type: string;
  /** Covers who asked and what. */
  readonly hash: string;
  /** ms UTC; never before the entry ahead of it. */
  readonly at: number;
  readonly reply: Outcome;
}

/** What one turn appended. */
export interface Entry extends EntryCore {
  readonly archived?: never;
  readonly events: readonly RecordedEvent[];
  readonly outbox: readonly Promised[];
  /** Ids of this actor's own earlier promises that no longer need to be kept. */
  readonly closes: readonly string[];
  readonly moves: readonly Move[];
  /** For each channel that this entry pushes to: the seq of the push before it there, 0 for none. */
  readonly pushes: Readonly<Record<string, number>>;
}

/** An entry that was archived: what it held beside its core stands in an archive file, and is not to be had here. */
export interface ArchivedEntry extends EntryCore {
  readonly archived: true;
}

/** An entry as it stands in the journal. Whoever needs what it held must look whether it is there. */
export type StoredEntry = Entry | ArchivedEntry;

/** An entry on its way to the journal, with the marker that lets its promises be found again. */
export interface Append {
  readonly entry: Entry;
  /** `entry` as encodeEntry wrote it when it was decided, so that nothing which happened since can alter it. */
  readonly text: string;
  /** ms UTC; absent when the entry promises nothing that an earlier marker does not cover. */
  readonly wake?: number;
}

/**
 * What became of one entry of a call to `append`. For each actor the first result that is neither
 * `stored` nor a meeting with itself (same seq, epoch and command id) decides. The entries of that
 * actor behind it come back as `unknown`: behind a collision they were not tried, and S1 says that
 * neither this call nor an earlier one with the same entries will ever store them, so their turns
 * may be decided again; behind an `unknown` they share its doubt. An entry that met itself is in
 * the journal, so the ones behind it are tried: a call sent again stores what is missing.
 */
export type AppendResult =
  | { readonly state: 'stored' }
  /** The row it met: by `(actor, seq)`, else by `(actor, commandId)`. */
  | { readonly state: 'collided'; readonly met: EntryCore }
  /** No majority's word: it may be stored, may yet be, or never. */
  | { readonly state: 'unknown' };

/** A marker: `actor` has promises of entry `seq` or later that are due at `wake`, ms UTC. */
export interface Wake {
  readonly actor: ActorId;
  readonly seq: number;
  readonly wake: number;
}

/** What an entry is of: at most one has it (S3). */
export interface Handling {
  readonly actor: ActorId;
  readonly commandId: string;
}

/** The truth. */
export interface Journal {
  /**
   * Durable when it resolves (S1, S2, S3). Results stand in the order of `items`. Never rejects for one entry's sake.
   */
  append(items: readonly Append[]): Promise<readonly AppendResult[]>;
  /**
   * Entries of one actor with seq > `after`, in order, at most `limit`. Throws {@link DamagedEntry}; anything else that
   * it throws is of the way to the store, and says nothing of the actor.
   */
  read(actor: ActorId, after: number, limit: number): Promise<readonly StoredEntry[]>;
  /** The entry of one actor that handled `commandId`. */
  find(actor: ActorId, commandId: string): Promise<EntryCore | undefined>;
  /**
   * The same of many, in their order, as few questions to the database. Throws as {@link read} does, for one's sake
   * too.
   */
  findAll(handlings: readonly Handling[]): Promise<readonly (EntryCore | undefined)[]>;
  /** Markers of `shards` with wake <= `until`, earliest first, at most `limit`, behind `after` where it is given. */
  due(shards: ShardRange, until: number, limit: number, after?: Wake): Promise<readonly Wake[]>;
  /** Sets a marker anew (`wake`), or clears it (absent). Lazy: need not be durable when it resolves. */
  rewake(changes: readonly { readonly actor: ActorId; readonly seq: number; readonly wake?: number }[]): Promise<void>;
  /** Every entry, by actor and seq, as of one moment. For audits and rebuilds, not for serving. */
  scan(): AsyncIterable<StoredEntry>;
  /**
   * The last seq of every actor, by actor: as of one moment where the database can, else each as of when it is read.
   */
  heads(): AsyncIterable<Head>;
  /** Entries of all actors, by actor and seq, behind `after`, at most `limit`; nothing is held between two pages. */
  page(after: Head | undefined, limit: number): Promise<readonly StoredEntry[]>;
  /**
   * Puts each of these entries, which are in the journal, into the other form: `archived`, so that only its core stands
   * there, or `whole` again. Keys and markers stay (S3). One that does not stand there in the form before, word by
   * word, is let be, so it may be said again. Resolves with the number of those it changed; need not be durable then.
   */
  recast(entries: readonly Entry[], form: EntryForm): Promise<number>;
}

/** How an entry stands in the journal. */
export type EntryForm = 'whole' | 'archived';

/** How far an actor's entries go. */
export interface Head {
  readonly actor: ActorId;
  readonly seq: number;
}

/** Shards `from` <= shard < `to`; see {@link shardOf}. */
export interface ShardRange {
  readonly from: number;
  readonly to: number;
}

/** A shortcut to the fold of an actor's entries up to `seq`. */
export interface Snapshot {
  readonly actor: ActorId;
  readonly seq: number;
  /** Version of the state's shape; a snapshot of another version is passed over. */
  readonly version: number;
  /** JSON text, written down when it was taken, since the state goes on. */
  readonly body: string;
}

/** Shortcuts to the truth; losing one costs time only. */
export interface Snapshots {
  /** Inserts under `(actor, seq)`; one that is there already stays. Lazy, as rows are. */
  insert(snapshots: readonly Snapshot[]): Promise<void>;
  /** The one with the highest seq. A damaged one is passed over. */
  latest(actor: ActorId): Promise<Snapshot | undefined>;
  /**
   * Those that are kept of the actor, the highest seq first: two, once so many were taken, and never lower ones later.
   * A damaged one is passed over. What is recast after they were read is not durable before they are.
   */
  kept(actor: ActorId): Promise<readonly Snapshot[]>;
}

/** One record of a view. A lower `version` never replaces a higher one. */
export interface Row {
  readonly collection: string;
  /** Holds no zero character. */
  readonly id: string;
  readonly version: number;
  /** `null`: the record ends here (its version is kept, so that an older row cannot revive it). */
  readonly fields: Readonly<Record<string, Json>> | null;
}

/** Fields whose values, in this order, an index sorts by. */
export interface IndexDeclaration {
  readonly name: string;
  readonly fields: readonly string[];
}

/** A view's name and the only ways in which it can be asked. */
export interface CollectionDeclaration {
  readonly name: string;
  readonly indexes: readonly IndexDeclaration[];
}

/** One question to a view: the first fields of an index equal, the next in a range, sorted by the index. */
export interface Query {
  readonly collection: string;
  readonly index: string;
  /** Values of the index's first fields, in order. */
  readonly equal?: readonly (string | number | boolean)[];
  /** Bounds, both inclusive, of the field after those. */
  readonly from?: string | number;
  readonly to?: string | number;
  readonly descending?: boolean;
  /** Where the page before ended. */
  readonly cursor?: string;
  readonly limit: number;
}

/** A page of rows; `cursor` is absent on the last one. */
export interface Page {
  readonly rows: readonly { readonly id: string; readonly fields: Readonly<Record<string, Json>> }[];
  readonly cursor?: string;
}

/** Query tables, updated idempotently by version, rebuilt from the journal at will. */
export interface Views {
  /**
   * Lazy: need not be durable when it resolves, but all that is lazy becomes so in its order: rows are there when a
   * later row is, or a snapshot that was inserted after them.
   */
  apply(rows: readonly Row[]): Promise<void>;
  get(collection: string, id: string): Promise<Readonly<Record<string, Json>> | undefined>;
  /** Throws {@link BadQuery} when the collection, the index or the shape of the question is not declared. */
  find(query: Query): Promise<Page>;
  /** Empties a collection, so that it can be rebuilt. */
  clear(collection: string): Promise<void>;
  /** Collections in which something was met that is not what was written, and that were not emptied since. */
  readonly damaged?: ReadonlySet<string>;
}

/** A store: the three ports over one database. */
export interface Store {
  /** Made when the store was; a restored copy gets a new one. */
  readonly id: string;
  readonly journal: Journal;
  readonly snapshots: Snapshots;
  readonly views: Views;
  /** What start-up found that an operator should read: a torn tail, an unclean stop. */
  readonly warnings: readonly string[];
  /** Resolves when the database answers one cheap question, whatever else it is asked meanwhile. */
  answers(): Promise<void>;
  /** Bytes of this process that the database itself takes: write buffers and caches, which are bounded. */
  buffers(): number;
  close(): Promise<void>;
}

/**
 * A new store that is being filled from a backup. Until `finish` no node opens it: it says that it is half restored.
 * One that was interrupted may be opened anew for the same backup, and goes on.
 */
export interface Restoring extends Pick<Store, 'journal' | 'snapshots' | 'views'> {
  /** All is there: makes it durable and gives the store its id, which no other store has. */
  finish(): Promise<string>;
  close(): Promise<void>;
}

/** The disk refused. Nothing of the call may be acknowledged, and the process must end: it is final (ENGINE 2). */
export class StoreFailed extends Error {
  override readonly name = 'StoreFailed';
}

/** The store cannot be opened, or holds what cannot be true; the message says where. */
export class StoreDamaged extends Error {
  override readonly name = 'StoreDamaged';
}

/**
 * The store cannot be opened now, and nothing is wrong with it: held by another process, or its folder is not writable.
 */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/**
 * What the journal holds for one entry is not what was written there. Its actor must be parked; the others are sound.
 */
export class DamagedEntry extends Error {
  override readonly name = 'DamagedEntry';

  constructor(
    readonly actor: ActorId,
    /** The seq that was asked for; the damage is there or, where a whole block is lost, near it. */
    readonly seq: number,
    /** What is wrong, in words. */
    readonly where: string,
    options?: ErrorOptions,
  ) {
    super(`entry ${seq} of ${actor} is damaged: ${where}`, options);
  }
}

/** A question to a view that was not declared, or a cursor that is not of this question. */
export class BadQuery extends Error {
  override readonly name = 'BadQuery';
}

/** Number of shards that actors are placed by. */
export const SHARDS = 4096;
