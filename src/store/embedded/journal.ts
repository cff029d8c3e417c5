/**
 * The journal on LevelDB.
 *
 *   S1  A call is one batch: all of it is on the disk, or none.
 *   S2  Nothing is ever unknown because of the disk: a write that fails is final (ENGINE 2).
 *   S3  LevelDB has no conditional insert, so keys are looked up before they are written, and calls
 *       are handled one after the other. One process holds the database, so nobody else writes.
 */
import { LRUCache } from 'lru-cache';

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
import { Entries } from './entries.js';
import type { Finality } from './finality.js';
import type { Flushes } from './flushes.js';
import { judge } from './judge.js';
import { isCorruption, type Level } from './level.js';
import { Markers, type Rewake } from './markers.js';
import { Plan, type Batch, type Heads } from './plan.js';
import { Recasts } from './recasts.js';
import { Serial } from '../serial.js';

/** Actors whose last seq is remembered. */
const REMEMBERED = 16_384;

const STORED: AppendResult = { state: 'stored' };

export class EmbeddedJournal implements Journal {
  private readonly level: Level;
  private readonly flushes: Flushes;
  private readonly finality: Finality;
  private readonly entries: Entries;
  private readonly markers: Markers;
  private readonly recasts: Recasts;
  private readonly serial = new Serial();
  private readonly stored: Heads = new LRUCache({ max: REMEMBERED });

  constructor(level: Level, flushes: Flushes, finality: Finality) {
    this.level = level;
    this.flushes = flushes;
    this.finality = finality;
    this.entries = new Entries(level);
    this.markers = new Markers(level, finality);
    this.recasts = new Recasts(level, finality);
  }

  async append(items: readonly Append[]): Promise<readonly AppendResult[]> {
    if (items.length === 0) return [];
    this.finality.check();
    return this.serial.run(() => this.take(items));
  }

  async read(actor: ActorId, after: number, limit: number): Promise<readonly StoredEntry[]> {
    this.finality.check();
    return this.entries.after(actor, after, limit);
  }

  async find(actor: ActorId, commandId: string): Promise<EntryCore | undefined> {
    this.finality.check();
    return this.entries.by(actor, commandId);
  }

  async findAll(handlings: readonly Handling[]): Promise<readonly (EntryCore | undefined)[]> {
    this.finality.check();
    return Promise.all(handlings.map(({ actor, commandId }) => this.entries.by(actor, commandId)));
  }

  async due(shards: ShardRange, until: number, limit: number, after?: Wake): Promise<readonly Wake[]> {
    this.finality.check();
    return this.markers.due(shards, until, limit, after);
  }

  async rewake(changes: readonly Rewake[]): Promise<void> {
    this.finality.check();
    return this.markers.rewake(changes);
  }

  scan(): AsyncIterable<StoredEntry> {
    this.finality.check();
    return this.entries.all();
  }

  heads(): AsyncIterable<Head> {
    this.finality.check();
    return this.entries.heads();
  }

  async page(after: Head | undefined, limit: number): Promise<readonly StoredEntry[]> {
    this.finality.check();
    return this.entries.page(after, limit);
  }

  async recast(entries: readonly Entry[], form: EntryForm): Promise<number> {
    this.finality.check();
    return this.recasts.recast(entries, form);
  }

  /** Resolves when what was asked for so far is over. */
  async idle(): Promise<void> {
    await Promise.all([this.serial.idle(), this.markers.idle(), this.recasts.idle()]);
  }

  private async take(items: readonly Append[]): Promise<readonly AppendResult[]> {
    const plan = new Plan(this.level, items, this.stored);
    const looking = this.concerned(plan);
    const batch = plan.whole();
    const concerned = await looking;
    if (concerned.size === 0) {
      await this.flush(batch, items);
      return items.map(() => STORED);
    }
    const { results, chosen } = await judge(items, concerned, this.entries);
    const part = await plan.part(chosen);
    if (chosen.size > 0) await this.flush(part, [...chosen]);
    else await part.close();
    return results;
  }

  /** Actors of the call with a key that is taken; all, when LevelDB cannot read one of the keys. */
  private async concerned(plan: Plan): Promise<ReadonlySet<ActorId>> {
    const concerned = new Set(plan.disorderly);
    try {
      // Not hasMany: it seeks with an iterator, which passes over LevelDB's Bloom filters.
      const found = await this.level.getMany(plan.probes);
      found.forEach((value, i) => {
        const actor = plan.probed[i];
        if (value !== undefined && actor !== undefined) concerned.add(actor);
      });
    } catch (error) {
      if (!isCorruption(error)) throw error;
      for (const actor of plan.probed) concerned.add(actor);
    }
    return concerned;
  }

  private async flush(batch: Batch, items: readonly Append[]): Promise<void> {
    const record = this.flushes.next(items.length);
    batch.put(record.key, record.value);
    if (record.past !== undefined) batch.del(record.past);
    await this.finality.write('write and sync a flush', () => batch.write({ sync: true }));
    this.flushes.done(record);
    for (const { entry } of items) this.stored.set(entry.actor, entry.seq);
  }
}
