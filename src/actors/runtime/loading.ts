/**
 * Reading an actor's past (R6, ENGINE 19): the latest snapshot, then contiguous entries. It writes
 * nothing. An archived entry that no snapshot covers is part of no past: who would need it is parked (ENGINE 3, 21).
 * Storms are bounded: a few pasts are read at a time, the others wait their turn.
 */
import { DamagedEntry, type ActorId, type Row, type Store } from '../../store/ports.js';
import { derive, readCommitted, type Committed } from './committed.js';
import type { AnyDefinition } from './definition.js';
import { Memory, UnreadablePast } from './memory.js';
import { rowsOf } from './turn.js';

/** What reading gave. */
export interface Past {
  readonly memory: Memory;
  /** That all of it is durable. */
  readonly proof: Committed<unknown>;
  /** Rows of the entries behind the snapshot: the views may lack them (ENGINE 17). */
  readonly rows: readonly Row[];
  readonly entriesRead: number;
  /** Characters of those entries, about; and of the snapshot. */
  readonly tailSize: number;
  readonly size: number;
}

const PAGE = 512;

/** The store did not answer. That says nothing of the actor's past: whoever asks again may be served. */
export class NoWord extends Error {
  override readonly name = 'NoWord';
}

/** Reads one actor's past. Throws {@link NoWord} when it cannot be had now, anything else when it cannot be read. */
export async function readPast(
  store: Store,
  definition: AnyDefinition,
  actor: ActorId,
  recentIds: number,
): Promise<Past> {
  let memory = new Memory(definition, actor, recentIds);
  const snapshot = await asked(store.snapshots.latest(actor));
  let size = 0;
  if (snapshot && memory.restore(snapshot)) size = snapshot.body.length;
  else memory = new Memory(definition, actor, recentIds);
  const rows: Row[] = [];
  let entriesRead = 0;
  let tailSize = 0;
  for (;;) {
    const page = await asked(readCommitted(store.journal, actor, memory.seq, PAGE));
    for (const entry of page.value) {
      if (entry.archived) {
        throw new UnreadablePast(
          `entry ${entry.seq} of ${actor} is archived, and no snapshot that this release reads stands behind it: ` +
            'put it back with "backseat archive --back <file>"',
        );
      }
      memory.fold(entry);
      rows.push(...rowsOf(memory, entry));
      tailSize += JSON.stringify(entry).length;
    }
    entriesRead += page.value.length;
    if (page.value.length < PAGE) {
      return { memory, proof: derive(page, () => undefined), rows, entriesRead, tailSize, size };
    }
  }
}

/** What the store says: of damage it knows; every other failure is of the way to it. */
async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    if (cause instanceof DamagedEntry) throw cause;
    throw new NoWord(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** At most `limit` jobs at a time; the others wait in order. */
export class Gate {
  private readonly queue: (() => Promise<void>)[] = [];
  private readonly watchers: (() => void)[] = [];
  private running = 0;

  constructor(private readonly limit: number) {}

  /** Jobs that wait. */
  get waiting(): number {
    return this.queue.length;
  }

  /** `job` must not reject. */
  enter(job: () => Promise<void>): void {
    this.queue.push(job);
    this.admit();
  }

  /** Resolves when the next job has ended. */
  next(): Promise<void> {
    return new Promise((resolve) => this.watchers.push(resolve));
  }

  private admit(): void {
    if (this.running >= this.limit) return;
    const job = this.queue.shift();
    if (!job) return;
    this.running++;
    void job().then(() => {
      this.running--;
      for (const resolve of this.watchers.splice(0)) resolve();
      this.admit();
    });
  }
}
