/**
 * `_id` of entries and snapshots: `<actor> <seq>`, the seq in 16 digits, so that they sort by actor and seq. The space
 * is lower than every character of an actor's id.
 *
 * A text and not an object: every server finds it, compares it and shards by it the same way.
 */
import type { ActorId } from '../ports.js';

const WIDTH = 16;
const BETWEEN = ' ';
/** The character behind {@link BETWEEN}. */
const BEHIND = '!';

/** The `_id` of what stands at `(actor, seq)`. */
export function keyOf(actor: ActorId, seq: number): string {
  return `${actor}${BETWEEN}${String(seq).padStart(WIDTH, '0')}`;
}

/** Keys of one actor with seq > `after`. */
export function keysAfter(actor: ActorId, after: number): { readonly $gt: string; readonly $lt: string } {
  return { $gt: keyOf(actor, after), $lt: `${actor}${BEHIND}` };
}

/** The actor and the seq of a key. */
export function ownerOf(key: string): { readonly actor: ActorId; readonly seq: number } {
  const end = key.length - WIDTH;
  return { actor: key.slice(0, end - 1) as ActorId, seq: Number(key.slice(end)) };
}
