/**
 * Reads a store that no node serves from: actors' answers, and views as they would be after the next start. It appends
 * nothing; the views get the rows that a crash kept from them, which a start would write too.
 */
import type { AnyDefinition, Refused } from '../actors/runtime/definition.js';
import { keyOf, kindOf } from '../actors/runtime/ids.js';
import { readPast } from '../actors/runtime/loading.js';
import type { Memory } from '../actors/runtime/memory.js';
import type { ActorId, Json, Store } from '../store/ports.js';
import type { ReadState } from './verify/index.js';

/** Who asks; actors show themselves to the system. */
const CALLER = 'system:verify';
/** Command ids that are kept of an actor: nobody commands here. */
const RECENT = 1;

/** Writes the rows that the last run did not get to. */
export async function catchUpViews(store: Store, definitions: readonly AnyDefinition[]): Promise<void> {
  const kinds = byKind(definitions);
  let last: ActorId | undefined;
  for await (const { actor } of store.journal.scan()) {
    if (actor === last) continue;
    last = actor;
    const definition = kinds.get(kindOf(actor));
    if (!definition?.rows) continue;
    const { rows } = await readPast(store, definition, actor, RECENT);
    if (rows.length > 0) await store.views.apply(rows);
  }
}

/** Asks actors as a node would, each read from its own past. */
export function readerOf(store: Store, definitions: readonly AnyDefinition[], now: number): ReadState {
  const kinds = byKind(definitions);
  // Several questions to one actor follow each other.
  let memory: Memory | undefined;
  return async (actor, name, input) => {
    const definition = kinds.get(kindOf(actor));
    const read = definition?.reads?.[name];
    if (!definition || !read) return { error: `there is no read ${name} of ${actor}` };
    if (memory?.self !== actor) memory = (await readPast(store, definition, actor, RECENT)).memory;
    const answer = read(memory.state, input, { self: actor, key: keyOf(actor), now, caller: CALLER }) as Json | Refused;
    return isRefused(answer) ? { error: answer.refused.message } : { value: answer, seq: memory.seq };
  };
}

function isRefused(answer: Json | Refused): answer is Refused {
  return typeof answer === 'object' && answer !== null && 'refused' in answer;
}

function byKind(definitions: readonly AnyDefinition[]): ReadonlyMap<string, AnyDefinition> {
  return new Map(definitions.map((definition) => [definition.kind, definition]));
}
