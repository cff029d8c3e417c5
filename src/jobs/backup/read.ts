/**
 * Reads a backup. Entries come in the file's order, each as it was written; that the file is whole is known only at its
 * end, so whoever changes something by it has read it once before (check.ts).
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

import { decodeEntry } from '../../store/codec.js';
import { DamagedEntry, type StoredEntry } from '../../store/ports.js';
import { BadBackup, chapterOf, FORMAT, headerOf, trailerOf, type Header, type Trailer } from './format.js';

/** Characters of a line, at most: an entry is below 16 MiB. */
const LONGEST = 32 * 1024 * 1024;

/** What zlib says of a file. */
const ZLIB: Readonly<Record<string, string>> = {
  Z_BUF_ERROR: 'is cut: its end is missing',
  Z_DATA_ERROR: 'is no backup, or was altered: it does not unpack',
};

/** What stands before and behind the entries. */
export interface Frame {
  readonly header: Header;
  readonly trailer: Trailer;
}

/**
 * The entries of a backup or of an archive, by actor and seq; its frame when all have been read. `begun` hears the
 * header before the first. Throws {@link BadBackup}, and the file system's own errors.
 */
export async function* readBackup(
  path: string,
  begun: (header: Header) => void = () => undefined,
): AsyncGenerator<StoredEntry, Frame, undefined> {
  const bad = (what: string, options?: ErrorOptions): BadBackup => new BadBackup(`${path} ${what}`, options);
  const cut = (): BadBackup => bad('is cut: its end is missing');
  const lines = linesOf(path);
  const sum = createHash('sha256');
  try {
    const next = async (): Promise<string> => {
      const line = await lines.next();
      if (line.done === true) throw cut();
      return line.value;
    };
    const take = async (): Promise<string> => {
      const line = await next();
      sum.update(`${line}\n`);
      return line;
    };
    const header = headerOf(await take());
    if (!header) throw bad('is no backup of Backseat');
    if (header.format !== FORMAT) {
      throw bad(`is of format ${header.format}, this release reads format ${FORMAT}: use the release that made it`);
    }
    begun(header);
    let entries = 0;
    while (entries < header.entries) {
      const chapter = chapterOf(await take());
      if (!chapter) throw bad(`was altered behind entry ${entries}`);
      const { actor, after = 0 } = chapter;
      for (let n = 1; n <= chapter.entries; n++) {
        yield decodeEntry(await take(), actor, after + n);
        entries += 1;
      }
    }
    const trailer = trailerOf(await next());
    if (!trailer) throw bad('was altered: its end is not what was written');
    if (trailer.entries !== entries || header.entries !== entries || trailer.sha256 !== sum.digest('hex')) {
      throw bad('was altered: its checksum does not fit');
    }
    if ((await lines.next()).done !== true) throw bad('was altered: something stands behind its end');
    return { header, trailer };
  } catch (error) {
    if (error instanceof DamagedEntry) throw bad(`was altered: ${error.message}`, { cause: error });
    const words = error instanceof Error && 'code' in error ? ZLIB[String(error.code)] : undefined;
    throw words === undefined ? error : bad(words, { cause: error });
  } finally {
    await lines.return(undefined);
  }
}

/** The lines of a file that gzip packed. The last one counts only with its line break. */
async function* linesOf(path: string): AsyncGenerator<string, void, undefined> {
  const gunzip = createGunzip();
  pipeline(createReadStream(path), gunzip, () => undefined);
  gunzip.setEncoding('utf8');
  let rest = '';
  for await (const text of gunzip as AsyncIterable<string>) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST) throw new BadBackup(`${path} is no backup: a line of it has no end`);
    yield* lines;
  }
}
