/**
 * What the simulated journal holds: entries as text, so that nobody changes them from outside, and
 * the keys that keep them unique. Survives every crash. What was read of a text once is told to all
 * who read it, frozen: most of a simulation is reading.
 *
 *   S2, S4  a row that no majority has is not said to be stored, and not shown; it collides all the same
 *   S1 to S4 can each be taken away (`without`), to prove that the simulation notices.
 */
import { decodeEntry, recastTexts } from '../codec.js';
import {
  DamagedEntry,
  type ActorId,
  type Append,
  type AppendResult,
  type Entry,
  type EntryForm,
  type Head,
  type StoredEntry,
} from '../ports.js';
import { isSame } from '../same.js';
import { frozen } from '../frozen.js';
import type { Majority } from './majority.js';

/**
 * A promise of the store that a simulation takes away: S1, either key of S3, that a majority's word is waited for (S2),
 * that only a majority's rows are shown (S4).
 */
export type Guard = 'order' | 'seqKey' | 'commandKey' | 'majorityWrites' | 'majorityReads';

const STORED: AppendResult = { state: 'stored' };
const UNKNOWN: AppendResult = { state: 'unknown' };
/** Its key is taken, and by whom cannot be told (S4). */
const REFUSED: AppendResult = { state: 'unknown' };

/** An entry as it stands, and what was read of it: of another text another one. */
interface Stored {
  readonly text: string;
  read?: StoredEntry;
}

interface Held {
  /** By seq. */
  readonly rows: Map<number, Stored>;
  /** Seqs by command id. */
  readonly commands: Map<string, number>;
}

export class Content {
  private readonly actors = new Map<ActorId, Held>();
  /** Rows that no majority has yet, in order. */
  private unsure = new Map<string, Append>();

  constructor(
    private readonly majority: Majority,
    private readonly without: Guard | undefined,
    /** A row collided that no reader sees. */
    private readonly collidedUnseen: () => void,
  ) {}

  /** Tries every item; behind a collision those of its actor are not tried (S1). */
  append(items: readonly Append[]): AppendResult[] {
    const stopped = new Set<ActorId>();
    return items.map((item): AppendResult => {
      const { entry } = item;
      if (stopped.has(entry.actor) && this.without !== 'order') return UNKNOWN;
      const result = this.one(item);
      if (result === REFUSED || ('met' in result && !isSame(result.met, entry))) stopped.add(entry.actor);
      return result;
    });
  }

  /** The entry that readers see. */
  at(actor: ActorId, seq: number): StoredEntry | undefined {
    return this.shown(actor, seq) ? this.held(actor, seq) : undefined;
  }

  by(actor: ActorId, commandId: string): StoredEntry | undefined {
    const seq = this.actors.get(actor)?.commands.get(commandId);
    return seq === undefined ? undefined : this.at(actor, seq);
  }

  /** Entries of one actor with seq > `after`, in order, at most `limit`. */
  after(actor: ActorId, after: number, limit: number): StoredEntry[] {
    const found: StoredEntry[] = [];
    for (const seq of this.seqsBehind(actor, after)) {
      if (found.length >= limit) break;
      const entry = this.at(actor, seq);
      if (entry) found.push(entry);
    }
    return found;
  }

  /** A majority has all rows. Returns those that it did not have. */
  settle(): readonly Append[] {
    const settled = [...this.unsure.values()];
    this.unsure = new Map();
    return settled;
  }

  /** The rows that no majority has vanish. Returns how many did. */
  rollBack(): number {
    for (const { entry } of this.unsure.values()) {
      const held = this.actors.get(entry.actor);
      held?.rows.delete(entry.seq);
      if (held?.commands.get(entry.commandId) === entry.seq) held.commands.delete(entry.commandId);
    }
    return this.settle().length;
  }

  /** Every entry, by actor and seq. */
  all(): StoredEntry[] {
    return this.behind(undefined, Infinity);
  }

  /** Entries of all actors behind one, by actor and seq, at most `limit`. */
  behind(head: Head | undefined, limit: number): StoredEntry[] {
    const found: StoredEntry[] = [];
    for (const actor of [...this.actors.keys()].sort()) {
      if (found.length >= limit) break;
      if (head && actor < head.actor) continue;
      found.push(...this.after(actor, actor === head?.actor ? head.seq : 0, limit - found.length));
    }
    return found;
  }

  /** The head of the first actor behind `actor`. */
  headBehind(actor: string): Head | undefined {
    for (const other of [...this.actors.keys()].filter((each) => each > actor).sort()) {
      const seqs = this.seqsBehind(other, 0).filter((seq) => this.shown(other, seq));
      const seq = seqs.at(-1);
      if (seq !== undefined) return { actor: other, seq };
    }
    return undefined;
  }

  /** Puts entries that readers see into a form; says how many it changed. */
  recast(entries: readonly Entry[], form: EntryForm): number {
    let changed = 0;
    for (const entry of entries) {
      const { actor, seq } = entry;
      const rows = this.actors.get(actor)?.rows;
      const { before, after } = recastTexts(entry, form);
      if (!this.shown(actor, seq) || rows?.get(seq)?.text !== before) continue;
      rows.set(seq, { text: after });
      changed++;
    }
    return changed;
  }

  /** Changes the text of an entry as a flipped bit would. */
  damage(actor: ActorId, seq: number): void {
    const rows = this.actors.get(actor)?.rows;
    const row = rows?.get(seq);
    if (row) rows?.set(seq, { text: row.text.slice(0, -1) + ']' });
  }

  private one({ entry, text, ...rest }: Append): AppendResult {
    const { actor, seq, commandId } = entry;
    const { without } = this;
    const byCommand = without === 'commandKey' ? undefined : this.actors.get(actor)?.commands.get(commandId);
    const bySeq = without !== 'seqKey' && this.has(actor, seq) ? seq : undefined;
    const taken = bySeq ?? byCommand;
    if (taken === undefined) {
      this.store(entry, text);
      if (!this.majority.away) return STORED;
      this.unsure.set(keyOf(actor, seq), { entry, text, ...rest });
      return without === 'majorityWrites' ? STORED : UNKNOWN;
    }
    if (!this.shown(actor, taken)) {
      this.collidedUnseen();
      return REFUSED;
    }
    try {
      const met = this.held(actor, taken);
      return met ? { state: 'collided', met } : REFUSED;
    } catch (error) {
      if (error instanceof DamagedEntry) return REFUSED;
      throw error;
    }
  }

  private seqsBehind(actor: ActorId, after: number): readonly number[] {
    const seqs = [...(this.actors.get(actor)?.rows.keys() ?? [])];
    return seqs.filter((seq) => seq > after).sort((a, b) => a - b);
  }

  private has(actor: ActorId, seq: number): boolean {
    return this.actors.get(actor)?.rows.has(seq) ?? false;
  }

  private shown(actor: ActorId, seq: number): boolean {
    return this.without === 'majorityReads' || !this.unsure.has(keyOf(actor, seq));
  }

  private held(actor: ActorId, seq: number): StoredEntry | undefined {
    const row = this.actors.get(actor)?.rows.get(seq);
    if (row) row.read ??= frozen(decodeEntry(row.text, actor, seq));
    return row?.read;
  }

  private store(entry: Entry, text: string): void {
    const held = this.actors.get(entry.actor) ?? {
      rows: new Map<number, Stored>(),
      commands: new Map<string, number>(),
    };
    this.actors.set(entry.actor, held);
    held.rows.set(entry.seq, { text });
    if (!held.commands.has(entry.commandId)) held.commands.set(entry.commandId, entry.seq);
  }
}

function keyOf(actor: ActorId, seq: number): string {
  return `${actor}/${seq}`;
}
