/**
 * The journal on MongoDB. What an append comes to is AppendCall's affair; here stand the reads (S4: of the primary, of
 * what a majority holds), and what an operator hears when the server has no word.
 */
import type {
  ActorId,
  Append,
  AppendResult,
  Entry,
  EntryCore,
  EntryForm,
  Handling,
  Head,
  Journal,
  ShardRange,
  StoredEntry,
  Wake,
} from '../ports.js';
import { AppendCall } from './append.js';
import { keyOf, ownerOf } from './keys.js';
import type { Link } from './link.js';
import { decodeStored, lookUpCommands } from './lookup.js';
import { dueMarkers, moveMarkers, type Rewake } from './markers.js';
import { recast } from './recasts.js';
import { Runs } from './runs.js';
import { headsOf, scanAll } from './scan.js';

export class MongoJournal implements Journal {
  private readonly runs: Runs;

  constructor(
    private readonly link: Link,
    /** Why an append has no word on some of its entries; undefined: one had a word on all. */
    private readonly trouble: (reason: string | undefined) => void,
  ) {
    this.runs = new Runs(link);
  }

  async append(items: readonly Append[]): Promise<readonly AppendResult[]> {
    this.link.check();
    let reason: string | undefined;
    const call = new AppendCall(this.link.urgent.entries, items, (why) => {
      reason = why;
    });
    const results = await call.run();
    this.trouble(reason);
    return results;
  }

  async read(actor: ActorId, after: number, limit: number): Promise<readonly StoredEntry[]> {
    this.link.check();
    if (limit <= 0) return [];
    const documents = await this.runs.find({ actor, after, limit });
    return documents.map(({ _id, entry, commandId }) => decodeStored(entry, actor, ownerOf(_id).seq, commandId));
  }

  async find(actor: ActorId, commandId: string): Promise<EntryCore | undefined> {
    this.link.check();
    const document = await this.link.models.entries.findOne({ actor, commandId }).select({ entry: 1 }).lean();
    return document ? decodeStored(document.entry, actor, ownerOf(document._id).seq, commandId) : undefined;
  }

  async findAll(handlings: readonly Handling[]): Promise<readonly (EntryCore | undefined)[]> {
    this.link.check();
    return lookUpCommands(this.link.models.entries, handlings);
  }

  async due(shards: ShardRange, until: number, limit: number, after?: Wake): Promise<readonly Wake[]> {
    this.link.check();
    return dueMarkers(this.link.models.entries, shards, until, limit, after);
  }

  async rewake(changes: readonly Rewake[]): Promise<void> {
    this.link.check();
    await moveMarkers(this.link, changes);
  }

  scan(): AsyncIterable<StoredEntry> {
    this.link.check();
    return scanAll(this.link);
  }

  heads(): AsyncIterable<Head> {
    this.link.check();
    return headsOf(this.link);
  }

  async page(after: Head | undefined, limit: number): Promise<readonly StoredEntry[]> {
    this.link.check();
    if (limit <= 0) return [];
    const documents = await this.link.models.entries
      .find(after === undefined ? {} : { _id: { $gt: keyOf(after.actor, after.seq) } })
      .select({ entry: 1, commandId: 1 })
      .sort({ _id: 1 })
      .limit(limit)
      .lean();
    return documents.map(({ _id, entry, commandId }) => {
      const { actor, seq } = ownerOf(_id);
      return decodeStored(entry, actor, seq, commandId);
    });
  }

  async recast(entries: readonly Entry[], form: EntryForm): Promise<number> {
    this.link.check();
    return recast(this.link, entries, form);
  }
}
