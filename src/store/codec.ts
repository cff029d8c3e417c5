/**
 * How things stand in a store as text: format version, checksum, JSON.
 *
 *   `1 9ae0daaf {"actor":"device:d_7Qx","seq":12,…}`
 *
 * The checksum is there because LevelDB gives back a flipped bit as an altered value, without a
 * word. It covers the JSON; a damaged version or checksum gives itself away. Entries name their own
 * actor and seq, so that one that is found under another's key is noticed too.
 */
import { crc32 } from 'node:zlib';

import { hex32 } from './hex.js';
import { DamagedEntry, type ActorId, type Entry } from './ports.js';

/** Version of the text form. Another one is written by another release. */
const FORMAT = '1';

/** Why a text is not what was written. */
export class BadText extends Error {
  override readonly name = 'BadText';
}

/** Characters of what stands before the JSON. */
const HEAD = headOf('').length;

function headOf(json: string): string {
  return `${FORMAT} ${hex32(crc32(json))} `;
}

/** Puts version and checksum before a JSON text. */
export function seal(json: string): string {
  return headOf(json) + json;
}

/** The JSON text that was sealed. Throws {@link BadText}. */
export function unseal(text: string): string {
  if (!text.startsWith(`${FORMAT} `)) throw new BadText(`format ${JSON.stringify(text.slice(0, 8))} is not known`);
  const json = text.slice(HEAD);
  if (!text.startsWith(headOf(json))) throw new BadText('its checksum does not fit');
  return json;
}

/** An entry as stored. Hot: tens of thousands a second. */
export function encodeEntry(entry: Entry): string {
  return seal(JSON.stringify(entry));
}

/** The entry that stands at `(actor, seq)`. Throws {@link DamagedEntry}. */
export function decodeEntry(text: string, actor: ActorId, seq: number): Entry {
  const entry = parse(text, actor, seq);
  if (entry.actor !== actor || entry.seq !== seq) {
    throw new DamagedEntry(actor, seq, `entry ${entry.seq} of ${entry.actor} stands in its place`);
  }
  return entry;
}

function parse(text: string, actor: ActorId, seq: number): Entry {
  try {
    return JSON.parse(unseal(text)) as Entry;
  } catch (error) {
    throw new DamagedEntry(actor, seq, error instanceof Error ? error.message : String(error), { cause: error });
  }
}
