/**
 * R2: replies, pushes and sends exist only on a committed entry. What may leave the node is of a
 * type that only this file can make, and it makes one only when the journal said `stored`, or when
 * the journal was read. Code that holds no `Committed` cannot answer.
 */
import type {
  ActorId,
  Append,
  AppendResult,
  Entry,
  EntryCore,
  Handling,
  Journal,
  StoredEntry,
} from '../../store/ports.js';

declare const durable: unique symbol;

/** A value that everything it rests on is durable for. Casts to it are forbidden by lint. */
export interface Committed<T> {
  readonly [durable]: true;
  readonly value: T;
}

/** Something volatile by nature (car positions): it rests on no entry, and says so. */
export interface Volatile<T> {
  readonly volatile: true;
  readonly value: T;
}

function seal<T>(value: T): Committed<T> {
  return { value } as Committed<T>;
}

/** One entry's fate, with the proof where there is one. */
export type Fate =
  | { readonly state: 'stored'; readonly entry: Committed<Entry> }
  | { readonly state: 'collided'; readonly met: Committed<EntryCore> }
  | { readonly state: 'unknown' };

/** Appends, and seals what the journal says is stored. The only way from a decision to a `Committed`. */
export async function append(journal: Journal, items: readonly Append[]): Promise<readonly Fate[]> {
  const results = await journal.append(items);
  return results.map((result: AppendResult, i): Fate => {
    if (result.state === 'collided') return { state: 'collided', met: seal(result.met) };
    const item = items[i];
    if (result.state === 'unknown' || item === undefined) return { state: 'unknown' };
    return { state: 'stored', entry: seal(item.entry) };
  });
}

/**
 * Entries read back: journal reads are majority reads (S4), so what they return, or that they return nothing, is
 * durable.
 */
export async function readCommitted(
  journal: Journal,
  ...range: Parameters<Journal['read']>
): Promise<Committed<readonly StoredEntry[]>> {
  return seal(await journal.read(...range));
}

/** One stored entry, by its seq. */
export async function findCommitted(
  journal: Journal,
  actor: ActorId,
  seq: number,
): Promise<Committed<EntryCore> | undefined> {
  const [entry] = await journal.read(actor, seq - 1, 1);
  return entry?.seq === seq ? seal(entry) : undefined;
}

/** The stored entries that handled commands, in their order; undefined where none did. */
export async function findHandled(
  journal: Pick<Journal, 'findAll'>,
  handlings: readonly Handling[],
): Promise<readonly (Committed<EntryCore> | undefined)[]> {
  return (await journal.findAll(handlings)).map((entry) => entry && seal(entry));
}

/** Something that follows from a committed value alone. */
export function derive<A, B>(from: Committed<A>, f: (value: A) => B): Committed<B> {
  return seal(f(from.value));
}

/** A committed value as it travels between nodes. */
export interface Carried<T> {
  readonly committed: T;
}

/** What is sent to another node. */
export function carry<T>(from: Committed<T>): Carried<T> {
  return { committed: from.value };
}

/** What came from another node: {@link carry} wrote it there, of something durable. For src/cluster alone. */
export function arrived<T>({ committed }: Carried<T>): Committed<T> {
  return seal(committed);
}
