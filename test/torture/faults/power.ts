/**
 * A power cut: what a disk may hold after it. What was synced is there. Of what was written and not synced there may be
 * nothing, a part, or zeroes where it should be. Names go the same way, in order, as in a file system with a journal: a
 * sync brings all names that were made, renamed and dropped before it; of those after it the first so many happened,
 * and the others never did.
 */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

import type { Dice } from '../../../src/jobs/demo/city/dice.js';
import type { Shim } from './shim.js';

/** What is left of what was not synced. */
const WAYS = ['nothing', 'part', 'zeroes'] as const;
export type Way = (typeof WAYS)[number];

type Change =
  | { readonly what: 'make'; readonly path: string }
  | { readonly what: 'drop'; readonly path: string; readonly kept: string }
  | { readonly what: 'move'; readonly from: string; readonly path: string; readonly kept: string };

/** What a cut took. */
export interface Cut {
  /** Files that lost something, and how many bytes that was; names that came back or went. */
  readonly files: number;
  readonly bytes: number;
  readonly names: number;
}

/** Sizes of a folder's files, all of them on the disk. */
export type Sizes = ReadonlyMap<number, number>;

/** Of a folder that nobody writes to: by inode. */
export function sizesIn(folder: string): Sizes {
  return new Map(filesIn(folder).map(({ inode, size }) => [inode, size]));
}

/**
 * Takes from the folder of a server that was killed what its disk need not hold. `before`: when the server was started.
 */
export function cutPower({ folder, record }: Shim, before: Sizes, dice: Dice, ways: readonly Way[] = WAYS): Cut {
  const sizes = new Map(before);
  let open: Change[] = [];
  for (const line of readFileSync(record, 'utf8').split('\n')) {
    const [what = '', ...words] = line.split('\t');
    if (what === 'sync') {
      sizes.set(Number(words[0]), Number(words[1]));
      open = [];
    } else if (what !== '') open.push(changeOf(what, words));
  }
  const happened = dice.whole(0, open.length);
  const undone = open.slice(happened).reverse();
  undone.forEach(undo);
  let [files, bytes] = [0, 0];
  for (const { path, inode, size } of filesIn(join(folder, 'level'))) {
    const synced = sizes.get(inode) ?? 0;
    if (size <= synced) continue;
    files += 1;
    bytes += size - synced;
    shorten(path, synced, size, dice, dice.pick(ways));
  }
  return { files, bytes, names: undone.length };
}

function changeOf(what: string, [first = '', second = '', third = '']: readonly string[]): Change {
  if (what === 'make') return { what, path: first };
  if (what === 'drop') return { what, path: first, kept: second };
  if (what === 'move') return { what, from: first, path: second, kept: third };
  throw new Error(`the shim's record says ${what}`);
}

function undo(change: Change): void {
  if (change.what === 'make') rmSync(change.path);
  if (change.what === 'move') renameSync(change.path, change.from);
  if (change.what !== 'make' && change.kept !== '') renameSync(change.kept, change.path);
}

/** Nothing of what was not synced, a part of it, or zeroes in its place. */
function shorten(path: string, synced: number, size: number, dice: Dice, way: Way): void {
  truncateSync(path, way === 'part' ? dice.whole(synced, size) : synced);
  if (way === 'zeroes') truncateSync(path, size);
}

function filesIn(folder: string) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => {
    const path = join(folder, name);
    const { ino: inode, size } = statSync(path);
    return { path, inode, size };
  });
}
