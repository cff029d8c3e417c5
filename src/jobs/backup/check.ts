/**
 * Reads a backup before anything is changed by it: that it is whole, and which of its messages nobody had handled.
 *
 * A message that asks for no reply is closed when its receiver has stored it, and its sender writes that down nowhere
 * (ENGINE 15). From the sender's entries alone each one ever sent would seem open, and be sent again at the first
 * start.
 */
import { crc32 } from 'node:zlib';

import type { StoredEntry } from '../../store/ports.js';
import { Archives } from '../archive/archives.js';
import { handledBy, isOutside } from './causes.js';
import { BadBackup, type Header } from './format.js';
import { readBackup } from './read.js';

/** Entries of which the messages are remembered at a time: some 100 bytes each. With more the file is read again. */
const REMEMBERED = 2_000_000;

/** A whole backup. */
export interface Checked {
  readonly header: Header;
  /** Names its content: the trailer's checksum. */
  readonly sum: string;
  /** Ids of messages to other actors that none of its entries handled. */
  readonly unhandled: ReadonlySet<string>;
  /** Archived entries that none of the archives holds: without them nothing can be restored. */
  readonly missing: number;
  /** Those archives. */
  readonly archives: Archives;
}

export interface CheckOptions {
  /** Where archived entries are whole. */
  readonly archives?: Archives;
  readonly remembered?: number;
}

/** Throws {@link BadBackup} where the file is no whole backup. */
export async function checkBackup(
  path: string,
  { archives = new Archives([]), remembered = REMEMBERED }: CheckOptions = {},
): Promise<Checked> {
  const unhandled = new Set<string>();
  let slices = 1;
  let missing = 0;
  for (let slice = 0; ; slice++) {
    // Promised and handled come in any order: what is met a second time is both.
    const once = new Set<string>();
    const meet = (id: string): void => {
      if (slices > 1 && crc32(id) % slices !== slice) return;
      if (!once.delete(id)) once.add(id);
    };
    const read = readBackup(path, ({ entries: count, before }) => {
      if (before !== undefined) throw new BadBackup(`${path} is an archive: give it beside a backup, with --archive`);
      slices = Math.max(1, Math.ceil(count / remembered));
    });
    const entries = archives.whole(read);
    let next = await entries.next();
    for (; next.done !== true; next = await entries.next()) {
      if (slice === 0 && next.value.archived) missing += 1;
      meetMessages(next.value, meet);
    }
    for (const id of once) unhandled.add(id);
    if (slice + 1 >= slices) {
      const { header, trailer } = next.value;
      return { header, sum: trailer.sha256, unhandled, missing, archives };
    }
  }
}

/** Messages between two actors that an entry promised or handled. */
function meetMessages(entry: StoredEntry, meet: (id: string) => void): void {
  const { actor, seq, commandId } = entry;
  const handled = handledBy(commandId);
  if (handled && handled.replier === undefined && handled.sender !== actor) meet(handled.id);
  if (entry.archived) return;
  entry.outbox.forEach(({ to }, n) => {
    if (to !== actor && !isOutside(to)) meet(`${actor}/${seq}/${n}`);
  });
}
