/** Makes a backup of a store, running or not: a stream of bytes that ends with a trailer, or fails. */
import { createHash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';

import { encodeStored } from '../../store/codec.js';
import type { Store, StoredEntry } from '../../store/ports.js';
import { closedCut, entriesWithin } from './cut.js';
import { FORMAT, sealed, type Chapter, type Header } from './format.js';

/** Characters that are handed on at a time. */
const CHUNK = 128 * 1024;
/** zlib's level: 1 takes a third of the time of 6, and its files are a tenth larger. */
const LEVEL = 1;

/** A backup on its way. */
export interface Backup {
  readonly header: Header;
  /** The file's bytes; an error of the store ends them with that error. */
  readonly bytes: Readable;
}

/** Begins a backup. @param at ms UTC */
export async function beginBackup({ id, journal }: Pick<Store, 'id' | 'journal'>, at: number): Promise<Backup> {
  const cut = await closedCut(journal);
  let entries = 0;
  for (const seq of cut.values()) entries += seq;
  const header: Header = { backup: 'backseat', format: FORMAT, store: id, at, actors: cut.size, entries };
  const chapterAt = ({ actor, seq }: StoredEntry): Chapter | undefined =>
    seq === 1 ? { actor, entries: cut.get(actor) ?? 0 } : undefined;
  return { header, bytes: bytesOf(header, entriesWithin(journal, cut), chapterAt) };
}

/** A file's bytes. `chapterAt` gives the chapter that begins with an entry. */
export function bytesOf(
  header: Header,
  entries: AsyncIterable<StoredEntry>,
  chapterAt: (entry: StoredEntry) => Chapter | undefined,
): Readable {
  const gzip = createGzip({ level: LEVEL });
  // Whoever reads the bytes hears of an error by them.
  pipeline(Readable.from(textOf(header, entries, chapterAt)), gzip, () => undefined);
  return gzip;
}

async function* textOf(
  header: Header,
  entries: AsyncIterable<StoredEntry>,
  chapterAt: (entry: StoredEntry) => Chapter | undefined,
): AsyncGenerator<string, void, undefined> {
  const sum = createHash('sha256');
  let text = sealed(header);
  for await (const entry of entries) {
    const chapter = chapterAt(entry);
    if (chapter) text += sealed(chapter);
    text += lineOf(encodeStored(entry));
    if (text.length < CHUNK) continue;
    sum.update(text);
    yield text;
    text = '';
  }
  sum.update(text);
  yield text + sealed({ entries: header.entries, sha256: sum.digest('hex') });
}

/** JSON has no line break of its own; whatever else an entry is written as must have none either. */
function lineOf(text: string): string {
  if (text.includes('\n')) throw new Error('an entry’s text has a line break, and cannot stand in a backup');
  return `${text}\n`;
}
