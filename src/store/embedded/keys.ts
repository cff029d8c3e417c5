/**
 * Where things stand in LevelDB. One letter says what it is; parts are divided by a zero character,
 * which is lower than all others, so that keys sort part by part. Numbers have a fixed width.
 *
 *   e <actor> <seq>            an entry                          c <actor> <command id>   the seq of its entry
 *   w <wake> <actor> <seq>     a wake marker, by time            m <actor> <seq>          the wake of that marker
 *   f <flush>                  a flush record                    s <actor> <seq>          a snapshot
 *   r <collection> <id>        a row                             i <collection> <index key>, which ends with the row's
 *                              id
 *   d <collection>             the declaration its index keys were made by
 *   ! <name>                   the store's id and format; the backup that it is being filled from
 */
import type { ActorId, Wake } from '../ports.js';

const WIDTH = 16;

/** A key's end, from which all keys below it in order begin with what stands before. */
const FIRST = '\u0000';
const BEHIND = '\u0001';

/** A range of keys for LevelDB: `gt` < key < `lt`. */
export interface Between {
  readonly gt: string;
  readonly lt: string;
}

export function padded(number: number): string {
  return String(number).padStart(WIDTH, '0');
}

export const keys = {
  storeId: '!id',
  format: '!format',
  restoring: '!restoring',
  entry: (actor: ActorId, seq: number) => `e${actor}\u0000${padded(seq)}`,
  command: (actor: ActorId, commandId: string) => `c${actor}\u0000${commandId}`,
  wake: (wake: number, actor: ActorId, seq: number) => `w${padded(wake)}\u0000${actor}\u0000${padded(seq)}`,
  marker: (actor: ActorId, seq: number) => `m${actor}\u0000${padded(seq)}`,
  flush: (flush: number) => `f${padded(flush)}`,
  snapshot: (actor: ActorId, seq: number) => `s${actor}\u0000${padded(seq)}`,
  row: (collection: string, id: string) => `r${collection}\u0000${id}`,
  index: (collection: string, key: string) => `i${collection}\u0000${key}`,
  declaration: (collection: string) => `d${collection}`,
};

export const ranges = {
  /** Entries of one actor with seq > `after`. */
  entriesAfter: (actor: ActorId, after: number): Between => ({
    gt: keys.entry(actor, after),
    lt: `e${actor}${BEHIND}`,
  }),
  entries: { gt: 'e', lt: 'f' },
  /** Markers with wake <= `until`, behind `after`. */
  wakesUntil: (until: number, after?: Wake): Between => ({
    gt: after === undefined ? 'w' : keys.wake(after.wake, after.actor, after.seq),
    lt: `w${padded(until)}${BEHIND}`,
  }),
  flushes: { gt: 'f', lt: 'g' },
  snapshots: (actor: ActorId): Between => ({ gt: `s${actor}${FIRST}`, lt: `s${actor}${BEHIND}` }),
  rows: (collection: string): Between => ({ gt: `r${collection}${FIRST}`, lt: `r${collection}${BEHIND}` }),
  indexes: (collection: string): Between => ({ gt: `i${collection}${FIRST}`, lt: `i${collection}${BEHIND}` }),
};

/** The actor and the seq at the end of an entry's, marker's, wake's or snapshot's key. */
export function ownerOf(key: string): { readonly actor: ActorId; readonly seq: number } {
  const end = key.length - WIDTH - 1;
  const start = key.startsWith('w') ? WIDTH + 2 : 1;
  return { actor: key.slice(start, end) as ActorId, seq: Number(key.slice(end + 1)) };
}

/** The time in a wake's key, ms UTC. */
export function wakeOf(key: string): number {
  return Number(key.slice(1, WIDTH + 1));
}

/** The id of the row that a row's key names. */
export function rowIdOf(key: string): string {
  return key.slice(key.indexOf(FIRST) + 1);
}

/** The id of the row that a key of an index leads to; no value before it holds a zero character as it is. */
export function indexedIdOf(key: string): string {
  return key.slice(key.lastIndexOf(FIRST) + 1);
}
