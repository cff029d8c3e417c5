/**
 * Numbers the flushes, so that a lost one is noticed: LevelDB drops a torn tail of its log, and a
 * batch with a flipped bit, without a word.
 *
 * Each flush writes a record with its number in the same batch as its entries, and takes away the
 * one that is {@link KEPT} before it. When it is on the disk, its number is put into a small file
 * beside the database. At the start
 *   - the records must be whole and follow each other: a hole is damage, and the store does not open;
 *   - the last one must reach the number in the file: a missing end is a torn tail, a warning that
 *     says how many are missing.
 * The file is not synced: after a power cut it may be behind the database, which proves nothing.
 */
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import { seal, unseal } from '../codec.js';
import { StoreDamaged } from '../ports.js';
import { keys, padded, ranges } from './keys.js';
import type { Level } from './level.js';

/** Flush records that stay. */
const KEPT = 1024;

/** `<last flush on disk, 16 digits> <open|shut>`. */
const FILE = 'flushed';
const LINE = /^(\d{16}) (open|shut)\n$/;

/** What one flush adds to its batch. */
export interface FlushRecord {
  readonly flush: number;
  readonly key: string;
  readonly value: string;
  /** Key of the record that goes, if there are that many. */
  readonly past: string | undefined;
}

export class Flushes {
  private readonly file: number;
  private last: number;

  private constructor(file: number, last: number) {
    this.file = file;
    this.last = last;
  }

  /** Goes on from flush `last`; what the file says against it is added to `warnings`. */
  static start(folder: string, last: number, warnings: string[]): Flushes {
    const file = openFile(join(folder, FILE));
    const before = readLine(file);
    if (before && before.last > last) {
      const missing = before.last - last;
      warnings.push(
        `the end of the journal is torn: behind flush ${last} ` +
          (missing === 1 ? '1 acknowledged flush is missing' : `${missing} acknowledged flushes are missing`),
      );
    } else if (before ? before.state === 'open' : last > 0) {
      warnings.push(`the store was not stopped in order; its journal is whole up to flush ${last}`);
    }
    const flushes = new Flushes(file, last);
    flushes.write('open');
    return flushes;
  }

  /** The record of the flush after the last one. */
  next(entries: number): FlushRecord {
    const flush = this.last + 1;
    return {
      flush,
      key: keys.flush(flush),
      value: seal(JSON.stringify({ flush, entries })),
      past: flush > KEPT ? keys.flush(flush - KEPT) : undefined,
    };
  }

  /** The flush is on the disk. */
  done(record: FlushRecord): void {
    this.last = record.flush;
    this.write('open');
  }

  close(inOrder: boolean): void {
    if (inOrder) this.write('shut');
    closeSync(this.file);
  }

  private write(state: 'open' | 'shut'): void {
    writeSync(this.file, `${padded(this.last)} ${state}\n`, 0);
  }
}

/** The last flush in the database, 0 for none. Throws {@link StoreDamaged} when one before it is missing. */
export async function lastFlush(level: Level): Promise<number> {
  let last = 0;
  let count = 0;
  for await (const [key, value] of level.iterator(ranges.flushes)) {
    const flush = Number(key.slice(1));
    if (flushIn(value) !== flush) throw new StoreDamaged(`the journal is damaged: flush record ${flush} is not whole`);
    if (count > 0 && flush !== last + 1) throw hole(last, flush);
    count += 1;
    last = flush;
  }
  if (count < Math.min(last, KEPT)) throw hole(Math.max(0, last - KEPT), last - count + 1);
  return last;
}

function openFile(path: string): number {
  return openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
}

/** What stands in the file; nothing when it is new, or was cut by a power failure. */
function readLine(file: number): { readonly last: number; readonly state: string } | undefined {
  const buffer = Buffer.alloc(32);
  const line = LINE.exec(buffer.toString('latin1', 0, readSync(file, buffer, 0, buffer.length, 0)));
  return line?.[1] === undefined || line[2] === undefined ? undefined : { last: Number(line[1]), state: line[2] };
}

function hole(before: number, after: number): StoreDamaged {
  return new StoreDamaged(`the journal has a hole: flushes between ${before} and ${after} are missing`);
}

function flushIn(value: string): unknown {
  try {
    const record: unknown = JSON.parse(unseal(value));
    return typeof record === 'object' && record !== null && 'flush' in record ? record.flush : undefined;
  } catch {
    return undefined;
  }
}
