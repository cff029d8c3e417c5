/**
 * The turns of one actor that are decided and not stored yet, oldest first: each stands on all
 * before it. They leave for the store from the head, in order, one batch at a time (ENGINE 5), and
 * what the store says of them is read here, to the letter of ENGINE 6 to 8.
 */
import type { Append, Entry, EntryCore } from '../../store/ports.js';
import { derive, type Committed, type Fate } from './committed.js';
import type { Envelope } from './envelope.js';
import type { Turn } from './turn.js';

/** Somebody who waits for a turn that is not his own: a repeat of its command, a read judged on it. */
export interface Follower {
  readonly envelope: Envelope;
  stored(entry: Committed<EntryCore>): void;
}

/** A turn on its way to the store, with all that wait for it. */
export interface Decided {
  readonly turn: Turn;
  readonly append: Append;
  readonly followers: Follower[];
}

/** What the store's answer means for the actor. */
export type Verdict =
  /** All of the batch is stored. */
  | { readonly state: 'stored' }
  /** No majority's word: the very same entries must be sent again, nothing else (ENGINE 6 ✂). */
  | { readonly state: 'unknown' }
  /** An older entry handled `first`'s command: it is the answer, the rest is decided again (ENGINE 7). */
  | { readonly state: 'repeated'; readonly first: Decided; readonly met: Committed<EntryCore> }
  /** Another owner wrote here: stop (ENGINE 7). */
  | { readonly state: 'foreign'; readonly met: Committed<EntryCore> };

export class Speculation {
  private decided: Decided[] = [];
  /**
   * By command id, all of them: a backlog may be far longer than the ids that memory knows by heart (ENGINE 12). A
   * repeat that were decided a second time would be met at the store, and cost all that was decided on top; and those
   * who wait behind a backlog do repeat.
   */
  private readonly byCommand = new Map<string, Decided>();

  get length(): number {
    return this.decided.length;
  }

  get last(): Decided | undefined {
    return this.decided.at(-1);
  }

  /** The turn that handled a command. */
  of(commandId: string): Decided | undefined {
    return this.byCommand.get(commandId);
  }

  add(turn: Turn, append: Append): void {
    const decided = { turn, append, followers: [] };
    this.decided.push(decided);
    this.byCommand.set(turn.entry.commandId, decided);
  }

  /** The oldest entries. A second call after `unknown` begins with the very same. */
  batch(limit: number): readonly Append[] {
    return this.decided.slice(0, limit).map(({ append }) => append);
  }

  /** Reads the store's answer to a batch; `tell` hears of each stored turn, in order. */
  settle(fates: readonly Fate[], tell: (decided: Decided, entry: Committed<Entry>) => void): Verdict {
    for (const fate of fates) {
      const decided = this.decided[0];
      if (!decided) break;
      const entry = storedAs(fate, decided.turn.entry);
      if (!entry) return unsettled(fate, decided);
      this.decided.shift();
      this.byCommand.delete(decided.turn.entry.commandId);
      tell(decided, entry);
    }
    return { state: 'stored' };
  }

  /** Gives up all turns; their envelopes and followers, in order, `without` one of them. */
  abandon(without?: Decided): readonly Envelope[] {
    const all = this.decided.filter((decided) => decided !== without);
    this.decided = [];
    this.byCommand.clear();
    return all.flatMap(({ turn, followers }) => [turn.envelope, ...followers.map(({ envelope }) => envelope)]);
  }
}

/**
 * The stored entry, when a fate says that ours is: by this try or, found under our epoch, by an earlier one (ENGINE 7,
 * 8 ✂).
 */
function storedAs(fate: Fate, entry: Entry): Committed<Entry> | undefined {
  if (fate.state === 'stored') return fate.entry;
  if (fate.state === 'unknown') return undefined;
  const { seq, epoch, commandId } = fate.met.value;
  const own = seq === entry.seq && epoch === entry.epoch && commandId === entry.commandId;
  // What stands there may have been archived since; what it was is known here.
  return own ? derive(fate.met, () => entry) : undefined;
}

function unsettled(fate: Fate, decided: Decided): Verdict {
  if (fate.state !== 'collided') return { state: 'unknown' };
  const { met } = fate;
  const { commandId, seq } = decided.turn.entry;
  return met.value.commandId === commandId && met.value.seq < seq
    ? { state: 'repeated', first: decided, met }
    : { state: 'foreign', met };
}
