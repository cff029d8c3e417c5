/**
 * Archive files as a source: makes archived entries whole again for who reads a journal or a backup from its beginning
 * to its end. Files hold entries by actor and seq, as journals give them, so each is read once, beside, and none is
 * kept in memory. A backup that was made before its entries were archived does as well.
 */
import { encodeArchived } from '../../store/codec.js';
import type { ArchivedEntry, Entry, Head, StoredEntry } from '../../store/ports.js';
import { readBackup } from '../backup/read.js';

export class Archives {
  constructor(private readonly paths: readonly string[]) {}

  /**
   * The same entries, by actor and seq, each archived one in whole where a file holds it; ends as `entries` does.
   * Throws `BadBackup` where a file is none of ours or was altered.
   */
  async *whole<R>(entries: AsyncIterable<StoredEntry, R>): AsyncGenerator<StoredEntry, R, undefined> {
    const files = this.paths.map((path) => new File(path));
    const source = entries[Symbol.asyncIterator]();
    try {
      // Also where nothing is archived: who names a file is told when it is not there.
      for (const file of files) await file.next();
      for (;;) {
        const next = await source.next();
        if (next.done === true) return next.value;
        yield next.value.archived ? ((await find(files, next.value)) ?? next.value) : next.value;
      }
    } finally {
      await source.return?.();
      for (const file of files) await file.close();
    }
  }
}

async function find(files: readonly File[], entry: ArchivedEntry): Promise<Entry | undefined> {
  for (const file of files) {
    const whole = await file.find(entry);
    if (whole) return whole;
  }
  return undefined;
}

/** One file, read up to what was asked for last. */
class File {
  private readonly entries: AsyncGenerator<StoredEntry>;
  private present: StoredEntry | undefined;

  constructor(path: string) {
    this.entries = readBackup(path);
  }

  /** Goes on by one entry, to the first one at the first time. */
  async next(): Promise<void> {
    const next = await this.entries.next();
    this.present = next.done === true ? undefined : next.value;
  }

  /** The whole of an archived entry, where it is of the same core. Asked for by actor and seq, ascending. */
  async find(archived: ArchivedEntry): Promise<Entry | undefined> {
    while (this.present && isBefore(this.present, archived)) await this.next();
    const { present } = this;
    if (!present || present.archived || isBefore(archived, present)) return undefined;
    return encodeArchived(present) === encodeArchived(archived) ? present : undefined;
  }

  async close(): Promise<void> {
    await this.entries.return(undefined);
  }
}

function isBefore(a: Head, b: Head): boolean {
  return a.actor < b.actor || (a.actor === b.actor && a.seq < b.seq);
}
