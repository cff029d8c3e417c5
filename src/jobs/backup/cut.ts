/**
 * What a backup holds: of each actor the entries up to some seq, so that whoever handled something is there with
 * whoever caused it. Entries are never altered but archived, and never deleted (ENGINE 3), so such a list of seqs *is*
 * a snapshot of the journal: it can be read at leisure while others write, and nothing is held in the database
 * meanwhile.
 *
 * The heads of all actors cannot be read in one moment everywhere: several nodes write, and there are no transactions.
 * So they are read twice.
 *
 *   C1  An entry seen by the first reading was stored before the second began, and so was all that led to it, since
 *       nothing leaves an actor before its entry is stored (R2). The second reading has all of that.
 *   C2  What led to an entry that only the second reading saw is looked up, and the list raised to it where it lies
 *       higher; what is added by that is looked up in turn. It ends: nothing stored later can have led to it.
 *
 * What only a person ties together (an account is opened, then used) has no such link. On the embedded store and on a
 * replica set each reading is of one moment, and has both or the first.
 */
import { StoreDamaged, type ActorId, type Head, type Journal, type StoredEntry } from '../../store/ports.js';
import { causeOf } from './causes.js';

/** The seq up to which the entries of each actor are in the backup. */
export type Cut = ReadonlyMap<ActorId, number>;

/** Entries of one actor with `after` < seq <= `to`. */
interface Span {
  readonly actor: ActorId;
  readonly after: number;
  readonly to: number;
}

/** Entries read at a time. */
const PAGE = 500;

/** A cut that holds all that was stored when it was asked for. Memory: some 200 bytes an actor. */
export async function closedCut(journal: Pick<Journal, 'heads' | 'read' | 'find'>): Promise<Cut> {
  const before = await readHeads(journal);
  const cut = await readHeads(journal);
  const unchecked: Span[] = [];
  for (const [actor, to] of cut) {
    const after = before.get(actor) ?? 0;
    if (to > after) unchecked.push({ actor, after, to });
  }
  before.clear();
  for (let span = unchecked.pop(); span; span = unchecked.pop()) {
    for await (const entry of entriesOf(journal, span)) {
      const cause = await causeOf(entry, journal);
      if (!cause) continue;
      const { actor, seq: to } = cause;
      const after = cut.get(actor) ?? 0;
      if (to <= after) continue;
      cut.set(actor, to);
      unchecked.push({ actor, after, to });
    }
  }
  return cut;
}

/** The entries of a cut, by actor and seq, each actor's contiguous from 1. Throws StoreDamaged where one is missing. */
export async function* entriesWithin(
  journal: Pick<Journal, 'page'>,
  cut: Cut,
): AsyncGenerator<StoredEntry, void, undefined> {
  let last: Head | undefined;
  let actors = 0;
  let after: Head | undefined;
  for (;;) {
    const page = await journal.page(after, PAGE);
    for (const entry of page) {
      const { actor, seq } = entry;
      if (seq > (cut.get(actor) ?? 0)) continue;
      if (last?.actor !== actor) {
        checkEnd(last, cut);
        actors += 1;
      }
      const expected: number = last?.actor === actor ? last.seq + 1 : 1;
      if (seq !== expected) throw missing(actor, expected);
      last = { actor, seq };
      yield entry;
    }
    after = page.at(-1);
    if (!after) break;
    // What an actor writes faster than it is read would have no end.
    if (after.seq >= (cut.get(after.actor) ?? 0)) after = { actor: after.actor, seq: Number.MAX_SAFE_INTEGER };
  }
  checkEnd(last, cut);
  if (actors < cut.size) throw new StoreDamaged(`entries of ${cut.size - actors} actors were there and are not`);
}

async function readHeads(journal: Pick<Journal, 'heads'>): Promise<Map<ActorId, number>> {
  const heads = new Map<ActorId, number>();
  for await (const { actor, seq } of journal.heads()) heads.set(actor, seq);
  return heads;
}

async function* entriesOf(journal: Pick<Journal, 'read'>, { actor, after, to }: Span): AsyncGenerator<StoredEntry> {
  for (let seq = after; seq < to;) {
    const page = await journal.read(actor, seq, Math.min(PAGE, to - seq));
    const last = page.at(-1);
    if (last?.seq !== seq + page.length) throw missing(actor, seq + 1);
    yield* page;
    seq = last.seq;
  }
}

function checkEnd(last: Head | undefined, cut: Cut): void {
  if (last && last.seq !== cut.get(last.actor)) throw missing(last.actor, last.seq + 1);
}

function missing(actor: ActorId, seq: number): StoreDamaged {
  return new StoreDamaged(`entry ${seq} of ${actor} is missing`);
}
