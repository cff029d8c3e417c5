/**
 * A backup's file: gzip over lines of text.
 *
 *   header     {"backup":"backseat","format":1,"store":…,"at":…,"actors":2,"entries":57}        sealed, as rows are
 *   for each actor
 *     chapter  {"actor":"device:d_7Qx","entries":42}                                            sealed
 *     entries  42 lines, seq 1 to 42, each as the journal has it, with its own checksum (src/store/codec.ts)
 *   trailer    {"entries":57,"sha256":…}                                                        sealed
 *
 * An archive (src/jobs/archive) is written the same way. Its header says `before`, and a chapter is a run of whole
 * entries behind `after`: an actor may have none, or several.
 *
 * The trailer's sum is over all bytes before it: a file that was cut, altered or put together of two gives itself away.
 */
import { seal, unseal } from '../../store/codec.js';
import type { ActorId } from '../../store/ports.js';

/** Version of the file. Another one is written by another release. */
export const FORMAT = 1;

/** What a backup says of itself. */
export interface Header {
  readonly backup: 'backseat';
  readonly format: number;
  /** Id of the store that it was made of. */
  readonly store: string;
  /** When it was begun, ms UTC. */
  readonly at: number;
  readonly actors: number;
  readonly entries: number;
  /** Of an archive alone: it holds entries that are older than this, ms UTC, and not all of any actor. */
  readonly before?: number;
}

/** So many entries of one actor follow, from seq `after` + 1; absent: from 1. */
export interface Chapter {
  readonly actor: ActorId;
  readonly after?: number;
  readonly entries: number;
}

export interface Trailer {
  readonly entries: number;
  /** Hexadecimal, of everything before this line. */
  readonly sha256: string;
}

/** A file that is no whole backup; the message is one line and names it. */
export class BadBackup extends Error {
  override readonly name = 'BadBackup';
}

/** A header, chapter or trailer as its line. */
export function sealed(part: Header | Chapter | Trailer): string {
  return `${seal(JSON.stringify(part))}\n`;
}

export function headerOf(line: string): Header | undefined {
  const { backup, format, store, at, actors, entries, before } = partOf(line);
  if (backup !== 'backseat' || typeof store !== 'string') return undefined;
  if (!isCount(format) || !isCount(at) || !isCount(actors) || !isCount(entries)) return undefined;
  return { backup, format, store, at, actors, entries, ...(isCount(before) && { before }) };
}

export function chapterOf(line: string): Chapter | undefined {
  const { actor, after = 0, entries } = partOf(line);
  if (typeof actor !== 'string' || !isCount(after) || !isCount(entries)) return undefined;
  return { actor: actor as ActorId, after, entries };
}

export function trailerOf(line: string): Trailer | undefined {
  const { entries, sha256 } = partOf(line);
  return typeof sha256 === 'string' && isCount(entries) ? { entries, sha256 } : undefined;
}

/** The fields of a sealed line; none where it is not what was written. */
function partOf(line: string): Readonly<Record<string, unknown>> {
  try {
    const part: unknown = JSON.parse(unseal(line));
    return typeof part === 'object' && part !== null ? { ...part } : {};
  } catch {
    return {};
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
