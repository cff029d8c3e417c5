/**
 * How things stand in a store as text: format version, checksum, JSON.
 *
 *   `2 9ae0daaf {"epoch":"V1StGX.0","commandId":"passenger:p_1:c1",…}`
 *   `3 51c20e77 {…}` an archived entry: an older release says that it does not know it, and takes it for no whole one
 *
 * The checksum is there because LevelDB gives back a flipped bit as an altered value, without a
 * word. It covers the JSON; a damaged version or checksum gives itself away. That of an entry or a
 * snapshot also covers the actor and seq of its key, which its text does not say again: one that is
 * found under another's key is damage too.
 */
import { crc32 } from 'node:zlib';

import { hex32 } from './hex.js';
import {
  DamagedEntry,
  type ActorId,
  type ArchivedEntry,
  type Entry,
  type EntryCore,
  type EntryForm,
  type Json,
  type Outcome,
  type Refusal,
  type Snapshot,
  type StoredEntry,
} from './ports.js';

/** Version of the text form. Another one is written by another release. */
const FORMAT = '2';
/** The same of an archived entry. */
const ARCHIVED = '3';

/** Why a text is not what was written. */
export class BadText extends Error {
  override readonly name = 'BadText';
}

/** Characters of what stands before the JSON. */
const HEAD = headOf('').length;

function headOf(json: string, place = '', format = FORMAT): string {
  return `${format} ${hex32(crc32(place + json))} `;
}

/** Puts version and checksum before a JSON text. The checksum also covers `place`, which is not written. */
export function seal(json: string, place?: string, format?: string): string {
  return headOf(json, place, format) + json;
}

/** The JSON text that was sealed, for the same `place`. Throws {@link BadText}. */
export function unseal(text: string, place?: string, format = FORMAT): string {
  if (!text.startsWith(`${format} `)) throw new BadText(`format ${JSON.stringify(text.slice(0, 8))} is not known`);
  const json = text.slice(HEAD);
  if (!text.startsWith(headOf(json, place, format))) throw new BadText('its checksum does not fit');
  return json;
}

/** An entry as it is written: its key names actor and seq, and what is empty is left out. */
type Written = Pick<Entry, 'epoch' | 'commandId' | 'type' | 'hash' | 'at'> & {
  readonly [K in 'events' | 'outbox' | 'closes' | 'moves' | 'pushes']?: Entry[K] | undefined;
} & {
  /** The value of a reply that is ok; `refused` is the error of one that is not. */
  readonly reply?: Json | undefined;
  readonly refused?: Refusal | undefined;
};

/** An entry as stored. Hot: tens of thousands a second. */
export function encodeEntry(entry: Entry): string {
  const { actor, seq, epoch, commandId, type, hash, at, events, reply, outbox, closes, moves, pushes } = entry;
  // JSON leaves out what is undefined.
  const written: Written = {
    epoch,
    commandId,
    type,
    hash,
    at,
    events: events.length > 0 ? events : undefined,
    reply: reply.ok ? reply.value : undefined,
    refused: reply.ok ? undefined : reply.error,
    outbox: outbox.length > 0 ? outbox : undefined,
    closes: closes.length > 0 ? closes : undefined,
    moves: moves.length > 0 ? moves : undefined,
    pushes: isEmpty(pushes) ? undefined : pushes,
  };
  return seal(JSON.stringify(written), placeOf(actor, seq));
}

/** The core of an entry as stored, once the entry is archived. */
export function encodeArchived({ actor, seq, epoch, commandId, type, hash, at, reply }: EntryCore): string {
  const written: Written = {
    ...{ epoch, commandId, type, hash, at },
    reply: reply.ok ? reply.value : undefined,
    refused: reply.ok ? undefined : reply.error,
  };
  return seal(JSON.stringify(written), archivedPlaceOf(actor, seq), ARCHIVED);
}

/** An entry as stored, in the form that it is in. */
export function encodeStored(entry: StoredEntry): string {
  return entry.archived ? encodeArchived(entry) : encodeEntry(entry);
}

/** What must stand in the journal for an entry to be put into a form, and what stands there then. */
export function recastTexts(entry: Entry, form: EntryForm): { readonly before: string; readonly after: string } {
  const [whole, archived] = [encodeEntry(entry), encodeArchived(entry)];
  return form === 'archived' ? { before: whole, after: archived } : { before: archived, after: whole };
}

/** The entry that stands at `(actor, seq)`. Throws {@link DamagedEntry}, also where the text is of another entry. */
export function decodeEntry(text: string, actor: ActorId, seq: number): StoredEntry {
  const isArchived = text.startsWith(`${ARCHIVED} `);
  const written = parse(text, actor, seq, isArchived);
  const { epoch, commandId, type, hash, at, reply: value = null, refused } = written;
  const reply: Outcome = refused ? { ok: false, error: refused } : { ok: true, value };
  if (isArchived) {
    return { actor, seq, epoch, commandId, type, hash, at, reply, archived: true } satisfies ArchivedEntry;
  }
  const { events = [], outbox = [], closes = [], moves = [], pushes = {} } = written;
  return { actor, seq, epoch, commandId, type, hash, at, events, reply, outbox, closes, moves, pushes };
}

function parse(text: string, actor: ActorId, seq: number, isArchived: boolean): Written {
  try {
    const json = isArchived ? unseal(text, archivedPlaceOf(actor, seq), ARCHIVED) : unseal(text, placeOf(actor, seq));
    return JSON.parse(json) as Written;
  } catch (error) {
    throw new DamagedEntry(actor, seq, error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** A snapshot as stored: its body is JSON already, and stands as it is behind its version. */
export function encodeSnapshot({ actor, seq, version, body }: Snapshot): string {
  return seal(`${version} ${body}`, placeOf(actor, seq));
}

/** The snapshot that stands at `(actor, seq)`. Throws {@link BadText}, also where the text is of another. */
export function decodeSnapshot(text: string, actor: ActorId, seq: number): Snapshot {
  const sealed = unseal(text, placeOf(actor, seq));
  const space = sealed.indexOf(' ');
  return { actor, seq, version: Number(sealed.slice(0, space)), body: sealed.slice(space + 1) };
}

function placeOf(actor: ActorId, seq: number): string {
  return `${actor}/${seq}`;
}

/** Of its own, since one flipped bit makes a whole entry's format that of an archived one. */
function archivedPlaceOf(actor: ActorId, seq: number): string {
  return `${actor}/${seq} archived`;
}

function isEmpty(record: object): boolean {
  for (const _ in record) return false;
  return true;
}
