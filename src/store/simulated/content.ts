/**
 * What the simulated journal holds: entries as text, so that nobody changes them from outside, and
 * the keys that keep them unique. Survives every crash.
 *
 *   S1 and S3 can each be taken away (`without`), to prove that the simulation notices.
 */
import { decodeEntry } from '../codec.js';
import { DamagedEntry, type ActorId, type Append, type AppendResult, type Entry, type Head } from '../ports.js';
import { isSame } from '../same.js';

/** A promise of the store that a simulation takes away: S1, or the second key of S3. */
export type Guard = 'order' | 'commandKey';

interface Held {
  /** Texts by seq. */
  readonly texts: Map<number, string>;
  /** Seqs by command id. */
  readonly commands: Map<string, number>;
}

export class Content {
  private readonly actors = new Map<ActorId, Held>();
  private readonly without: Guard | undefined;

  constructor(without: Guard | undefined) {
    this.without = without;
  }

  /** Tries every item; behind a collision those of its actor are not tried (S1). */
  append(items: readonly Append[]): AppendResult[] {
    const stopped = new Set<ActorId>();
    return items.map((item): AppendResult => {
      const { entry } = item;
      if (stopped.has(entry.actor) && this.without !== 'order') return { state: 'unknown' };
      const result = this.one(item);
      if (result.state === 'unknown' || (result.state === 'collided' && !isSame(result.met, entry))) {
        stopped.add(entry.actor);
      }
      return result;
    });
  }

  at(actor: ActorId, seq: number): Entry | undefined {
    const text = this.actors.get(actor)?.texts.get(seq);
    return text === undefined ? undefined : decodeEntry(text, actor, seq);
  }

  by(actor: ActorId, commandId: string): Entry | undefined {
    const seq = this.actors.get(actor)?.commands.get(commandId);
    return seq === undefined ? undefined : this.at(actor, seq);
  }

  /** Entries of one actor with seq > `after`, in order, at most `limit`. */
  after(actor: ActorId, after: number, limit: number): Entry[] {
    const seqs = [...(this.actors.get(actor)?.texts.keys() ?? [])].filter((seq) => seq > after).sort((a, b) => a - b);
    return seqs.slice(0, limit).flatMap((seq) => this.at(actor, seq) ?? []);
  }

  /** Every entry, by actor and seq. */
  all(): Entry[] {
    return [...this.actors.keys()].sort().flatMap((actor) => this.after(actor, 0, Infinity));
  }

  /** The head of the first actor behind `actor`. */
  headBehind(actor: string): Head | undefined {
    const [first] = [...this.actors.keys()].filter((other) => other > actor).sort();
    const seq = first && Math.max(...(this.actors.get(first)?.texts.keys() ?? []));
    return first && seq !== undefined ? { actor: first, seq } : undefined;
  }

  /** Changes the text of an entry as a flipped bit would. */
  damage(actor: ActorId, seq: number): void {
    const texts = this.actors.get(actor)?.texts;
    const text = texts?.get(seq);
    if (text !== undefined) texts?.set(seq, text.slice(0, -1) + ']');
  }

  private one({ entry, text }: Append): AppendResult {
    try {
      const met = this.met(entry);
      if (met !== undefined) return { state: 'collided', met };
    } catch (error) {
      if (error instanceof DamagedEntry) return { state: 'unknown' };
      throw error;
    }
    this.store(entry, text);
    return { state: 'stored' };
  }

  private met(entry: Entry): Entry | undefined {
    const byCommand = this.without === 'commandKey' ? undefined : this.by(entry.actor, entry.commandId);
    return this.at(entry.actor, entry.seq) ?? byCommand;
  }

  private store(entry: Entry, text: string): void {
    const held = this.actors.get(entry.actor) ?? {
      texts: new Map<number, string>(),
      commands: new Map<string, number>(),
    };
    this.actors.set(entry.actor, held);
    held.texts.set(entry.seq, text);
    if (!held.commands.has(entry.commandId)) held.commands.set(entry.commandId, entry.seq);
  }
}
