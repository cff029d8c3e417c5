/**
 * Which entries may be archived, so that no actor misses what it held. ENGINE 3 keeps their keys; what the engine reads
 * of a past is a snapshot and the entries behind it (ENGINE 19), so
 *
 *   A1  it is older than the date
 *   A2  it is not behind the older one of its actor's two snapshots: either may be damaged, and the other has a past.
 *       So the last entry stays too, for the older lies below the newer
 *   A3  no marker stands on it (ENGINE 17)
 *   A4  no promise of it is open as of that snapshot, though the snapshot holds what is open (ENGINE 15, 17)
 *
 * An actor that rests has one snapshot, of when it left memory, and would never have two. So a second is made of its
 * entries, which are whole: rows of all that the first covers are in the views (ENGINE 17), and a fold is a fold (R6).
 */
import type { AnyDefinition } from '../../actors/runtime/definition.js';
import { kindOf } from '../../actors/runtime/ids.js';
import { Memory, seqOfPromise } from '../../actors/runtime/memory.js';
import { defaultLimits } from '../../actors/runtime/options.js';
import type { Chapter } from '../backup/format.js';
import {
  SHARDS,
  type ActorId,
  type Head,
  type Journal,
  type Snapshot,
  type Store,
  type StoredEntry,
} from '../../store/ports.js';

/** Why an entry that is older than the date is not taken. */
export type Reason = 'archived before' | 'behind the snapshots' | 'under a marker' | 'with an open promise';

/** What a run takes. Memory: some 100 bytes an actor. */
export interface Chosen {
  /** Runs of entries, by actor and seq. */
  readonly chapters: readonly Required<Chapter>[];
  readonly actors: number;
  readonly entries: number;
  /** Entries of before the date that are not taken. */
  readonly left: Readonly<Record<Reason, number>>;
}

/** What is chosen from. */
export interface Source {
  readonly store: Pick<Store, 'journal' | 'snapshots'>;
  readonly definitions: readonly AnyDefinition[];
  /** ms UTC: entries from then on stay. */
  readonly before: number;
}

/** Entries or markers read at a time. */
const PAGE = 500;

/** Looks through the journal once. */
export async function choose({ store, definitions, before }: Source): Promise<Chosen> {
  const kinds = new Map(definitions.map((definition) => [definition.kind, definition]));
  const marked = await markersOf(store.journal);
  const chapters: Required<Chapter>[] = [];
  const left = { 'archived before': 0, 'behind the snapshots': 0, 'under a marker': 0, 'with an open promise': 0 };
  let actors = 0;
  let past: Past | undefined;

  async function end(): Promise<void> {
    if (!past) return;
    const taken = chapters.length;
    const limit = await past.limit();
    for (const seq of past.old) {
      if (seq > limit.seq) left['behind the snapshots'] += 1;
      else if (marked.has(`${past.actor}/${seq}`)) left['under a marker'] += 1;
      else if (limit.open.has(seq)) left['with an open promise'] += 1;
      else add(chapters, past.actor, seq);
    }
    left['archived before'] += past.archived;
    if (chapters.length > taken) actors += 1;
  }

  let after: Head | undefined;
  for (;;) {
    const page = await store.journal.page(after, PAGE);
    for (const entry of page) {
      if (entry.at >= before) continue;
      if (past?.actor !== entry.actor) {
        await end();
        past = await Past.begin(store.snapshots, kinds.get(kindOf(entry.actor)), entry.actor);
      }
      past.take(entry);
    }
    const last = page.at(-1);
    if (!last) break;
    // An actor's time never goes back (ENGINE 13): nothing behind is older.
    after = last.at >= before ? { actor: last.actor, seq: Number.MAX_SAFE_INTEGER } : last;
  }
  await end();
  return { chapters, actors, entries: chapters.reduce((sum, { entries }) => sum + entries, 0), left };
}

/** The entries of one actor that are older than the date, as they come. */
class Past {
  /** Seqs of those that are whole. */
  readonly old: number[] = [];
  archived = 0;
  /** The fold of the entries up to below the only snapshot; undefined where none is to be made, or none can be. */
  private below: Memory | undefined;

  private constructor(
    readonly actor: ActorId,
    private readonly snapshots: Store['snapshots'],
    private readonly definition: AnyDefinition | undefined,
    /** The newest one, where it is the only one. */
    private readonly only: Memory | undefined,
  ) {
    this.below = only && new Memory(only.definition, actor, defaultLimits.recentIds);
  }

  static async begin(
    snapshots: Store['snapshots'],
    definition: AnyDefinition | undefined,
    actor: ActorId,
  ): Promise<Past> {
    const [newest, older] = definition ? await snapshots.kept(actor) : [];
    const only = definition && newest && !older ? restored(definition, newest) : undefined;
    return new Past(actor, snapshots, definition, only);
  }

  take(entry: StoredEntry): void {
    if (!entry.archived) this.old.push(entry.seq);
    else this.archived += 1;
    if (!this.below || !this.only || entry.seq >= this.only.seq) return;
    if (entry.archived) this.below = undefined;
    else this.fold(this.below, entry);
  }

  /** A2, A4: how far entries may be taken, and of which seqs promises are open there. */
  async limit(): Promise<{ readonly seq: number; readonly open: ReadonlySet<number> }> {
    await this.makeSecond();
    const [newest, older] = this.definition ? await this.snapshots.kept(this.actor) : [];
    const memory = this.definition && newest && older && restored(this.definition, older);
    if (!memory || newest.version !== older.version) return { seq: 0, open: new Set() };
    return { seq: memory.seq, open: new Set([...memory.open.keys()].map(seqOfPromise)) };
  }

  private async makeSecond(): Promise<void> {
    const { below, only } = this;
    if (!below || !only || below.seq === 0) return;
    // What only its sender's memory knows to be closed (ENGINE 15) is in no entry, and in the other snapshot.
    for (const id of [...below.open.keys()]) if (!only.open.has(id)) below.close(id);
    await this.snapshots.insert([below.snapshot()]);
  }

  private fold(below: Memory, entry: Parameters<Memory['fold']>[0]): void {
    try {
      below.fold(entry);
    } catch {
      // This release cannot read it: what cannot be folded is not taken away.
      this.below = undefined;
    }
  }
}

function restored(definition: AnyDefinition, snapshot: Snapshot): Memory | undefined {
  const memory = new Memory(definition, snapshot.actor, defaultLimits.recentIds);
  return memory.restore(snapshot) ? memory : undefined;
}

/** Lengthens the last run, or begins another. */
function add(chapters: Required<Chapter>[], actor: ActorId, seq: number): void {
  const last = chapters.at(-1);
  if (last?.actor === actor && last.after + last.entries === seq - 1) {
    chapters[chapters.length - 1] = { ...last, entries: last.entries + 1 };
  } else chapters.push({ actor, after: seq - 1, entries: 1 });
}

/** `<actor>/<seq>` of every marker. */
async function markersOf(journal: Pick<Journal, 'due'>): Promise<ReadonlySet<string>> {
  const marked = new Set<string>();
  let page = await journal.due({ from: 0, to: SHARDS }, Number.MAX_SAFE_INTEGER, PAGE);
  for (let last = page.at(-1); last; last = page.at(-1)) {
    for (const { actor, seq } of page) marked.add(`${actor}/${seq}`);
    page = await journal.due({ from: 0, to: SHARDS }, Number.MAX_SAFE_INTEGER, PAGE, last);
  }
  return marked;
}
