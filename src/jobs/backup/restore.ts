/**
 * Fills a new store from a backup. Only entries come from the file; what can be made of them is made of them: rows, a
 * snapshot of each actor, and the markers by which open promises are found (ENGINE 17).
 *
 *   ENGINE 3   what was archived is made whole of its archives: rows are made of all entries, of the oldest too
 *   ENGINE 3   an entry that is there already meets itself, so a restore that was killed is run again and goes on
 *   ENGINE 15  a message that its receiver has handled is closed, whether or not its sender could know
 *   ENGINE 19  snapshots are made of the entries here, never taken along: one that is younger than the cut would name a
 *              message closed whose handling is not in the backup
 *   ENGINE 21  an actor whose past this release cannot read keeps its entries, and is parked by the node that wakes it
 */
import { setTimeout as pause } from 'node:timers/promises';

import type { AnyDefinition } from '../../actors/runtime/definition.js';
import { kindOf } from '../../actors/runtime/ids.js';
import { Memory, seqOfPromise } from '../../actors/runtime/memory.js';
import { defaultLimits } from '../../actors/runtime/options.js';
import { rowsOf } from '../../actors/runtime/turn.js';
import { encodeEntry } from '../../store/codec.js';
import { isSame } from '../../store/same.js';
import {
  StoreUnavailable,
  type ActorId,
  type Append,
  type Entry,
  type Restoring,
  type Row,
  type Snapshot,
  type Wake,
} from '../../store/ports.js';
import { isOutside } from './causes.js';
import type { Checked } from './check.js';
import { BadBackup } from './format.js';
import { readBackup } from './read.js';

export interface RestoreOptions {
  readonly path: string;
  /** What checkBackup said of the file. */
  readonly checked: Checked;
  readonly definitions: readonly AnyDefinition[];
  readonly store: Pick<Restoring, 'journal' | 'snapshots' | 'views'>;
}

/** What was restored. */
export interface Restored {
  readonly entries: number;
  readonly actors: number;
  /** Promises that are open, and will be carried on. */
  readonly open: number;
  /** Actors whose past this release cannot read. */
  readonly unreadable: readonly ActorId[];
}

/** Entries, rows or snapshots written at a time. */
const BATCH = 1_000;
const SNAPSHOTS = 100;

/** A store that has no word is asked again this often, ms between. */
const TRIES = 20;
const PAUSE_MS = 500;

export async function restore({ path, checked, definitions, store }: RestoreOptions): Promise<Restored> {
  const kinds = new Map(definitions.map((definition) => [definition.kind, definition]));
  const writer = new Writer(store);
  const unreadable: ActorId[] = [];
  let [entries, actors, open] = [0, 0, 0];
  let past: Past | undefined;

  async function end(): Promise<void> {
    if (!past) return;
    actors += 1;
    if (past.unreadable) unreadable.push(past.actor);
    const { snapshot, wake, promises } = past.end(checked.unhandled);
    open += promises;
    await writer.end(snapshot, wake);
  }

  for await (const entry of checked.archives.whole(readBackup(path))) {
    if (entry.archived)
      throw new BadBackup(`entry ${entry.seq} of ${entry.actor} is archived, and no archive holds it`);
    if (past?.actor !== entry.actor) {
      await end();
      past = new Past(entry.actor, kinds.get(kindOf(entry.actor)));
    }
    entries += 1;
    await writer.add(entry, past.fold(entry));
  }
  await end();
  await writer.flush();
  return { entries, actors, open, unreadable };
}

/** One actor, as its entries come. */
class Past {
  private memory: Memory | undefined;
  private first: number | undefined;

  constructor(
    readonly actor: ActorId,
    definition: AnyDefinition | undefined,
  ) {
    this.memory = definition && new Memory(definition, actor, defaultLimits.recentIds);
  }

  get unreadable(): boolean {
    return this.memory === undefined;
  }

  /** One entry further; gives its rows. */
  fold(entry: Entry): readonly Row[] {
    this.first ??= entry.at;
    if (!this.memory) return [];
    try {
      this.memory.fold(entry);
      return rowsOf(this.memory, entry);
    } catch {
      this.memory = undefined;
      return [];
    }
  }

  /** What the actor leaves open, and how it is found again. */
  end(unhandled: ReadonlySet<string>): { snapshot?: Snapshot; wake?: Wake; promises: number } {
    const { actor, memory } = this;
    // Who wakes it finds out, and says what is wrong.
    if (!memory) return { wake: { actor, seq: 1, wake: this.first ?? 0 }, promises: 0 };
    for (const [id, { to, reply }] of [...memory.open]) {
      const asksNoReply = reply === undefined && to !== actor && !isOutside(to);
      if (asksNoReply && !unhandled.has(id)) memory.close(id);
    }
    const promises = memory.open.size;
    const snapshot = memory.snapshot();
    if (promises === 0) return { snapshot, promises };
    const seq = Math.min(...[...memory.open.keys()].map(seqOfPromise));
    const wake = Math.min(...[...memory.open.values()].map(({ due }) => due));
    return { snapshot, wake: { actor, seq, wake }, promises };
  }
}

/** Brings what was made to the store, some at a time. Markers and snapshots come behind their entries. */
class Writer {
  private entries: Append[] = [];
  private rows: Row[] = [];
  private snapshots: Snapshot[] = [];
  private wakes: Wake[] = [];

  constructor(private readonly store: RestoreOptions['store']) {}

  async add(entry: Entry, rows: readonly Row[]): Promise<void> {
    this.entries.push({ entry, text: encodeEntry(entry) });
    this.rows.push(...rows);
    if (this.entries.length >= BATCH) await this.write();
  }

  async end(snapshot: Snapshot | undefined, wake: Wake | undefined): Promise<void> {
    if (snapshot) this.snapshots.push(snapshot);
    if (wake) this.wakes.push(wake);
    if (this.snapshots.length >= SNAPSHOTS) await this.flush();
  }

  async flush(): Promise<void> {
    await this.write();
    const { journal, snapshots } = this.store;
    if (this.wakes.length > 0) await journal.rewake(this.wakes.splice(0));
    if (this.snapshots.length > 0) await snapshots.insert(this.snapshots.splice(0));
  }

  private async write(): Promise<void> {
    if (this.entries.length > 0) await this.append(this.entries.splice(0));
    if (this.rows.length > 0) await this.store.views.apply(this.rows.splice(0));
  }

  /** ENGINE 6: what the store has no word on is sent again, the very same. */
  private async append(items: readonly Append[]): Promise<void> {
    for (let tries = 1; ; tries++) {
      const results = await this.store.journal.append(items);
      const stored = results.every((result, i) => {
        const entry = items[i]?.entry;
        if (result.state !== 'collided') return result.state === 'stored';
        if (entry && isSame(result.met, entry)) return true;
        throw new StoreUnavailable(
          `another entry than the backup's stands at ${result.met.seq} of ${result.met.actor}: somebody else writes to the store`,
        );
      });
      if (stored) return;
      if (tries === TRIES) {
        throw new StoreUnavailable('the store has no word on what it was given; run the restore again, it goes on');
      }
      await pause(PAUSE_MS);
    }
  }
}
