/**
 * Rebuilds a view from the journal: empties it, folds every actor that keeps rows in it, and writes them anew.
 * It runs beside the serving node: rows carry versions, so what is written meanwhile is not undone. Rows that archived
 * entries made could not be written anew, so where there are any, nothing is emptied (ENGINE 3).
 */
import type { AnyDefinition } from '../actors/runtime/definition.js';
import { kindOf } from '../actors/runtime/ids.js';
import { Memory } from '../actors/runtime/memory.js';
import { rowsOf } from '../actors/runtime/turn.js';
import type { CollectionDeclaration, Entry, Row, Store } from '../store/ports.js';

/** What a rebuild works on. */
export interface RebuildTools {
  readonly store: Pick<Store, 'journal' | 'views'>;
  readonly definitions: readonly AnyDefinition[];
  readonly collections: readonly CollectionDeclaration[];
}

/** Rows written at a time. */
const BATCH = 1_000;

/**
 * Rebuilds one view. Resolves with the number of its rows; undefined when no actor keeps a view of that name;
 * `archived` where rows would be lost, and then the view is as it was.
 */
export async function rebuildView(name: string, tools: RebuildTools): Promise<number | 'archived' | undefined> {
  const { store } = tools;
  const keepers = new Map(
    tools.definitions.filter(({ collections }) => collections?.includes(name)).map((one) => [one.kind, one]),
  );
  const declared = tools.collections.find((collection) => collection.name === name);
  if (keepers.size === 0 || !declared) return undefined;
  for await (const { actor, archived } of store.journal.scan()) {
    if (archived && keepers.has(kindOf(actor))) return 'archived';
  }
  await store.views.clear(name);
  const rows: Row[] = [];
  let memory: Memory | undefined;
  for await (const entry of store.journal.scan()) {
    const keeper = keepers.get(kindOf(entry.actor));
    if (!keeper) continue;
    if (entry.archived)
      throw new Error(`entries of ${entry.actor} were archived while ${name} was rebuilt: rebuild it again`);
    memory = next(memory, keeper, entry);
    rows.push(...rowsOf(memory, entry).filter(({ collection }) => collection === name));
    if (rows.length >= BATCH) await store.views.apply(rows.splice(0));
  }
  await store.views.apply(rows);
  return count(store.views, declared);
}

/** The memory of the entry's actor, one entry further; the journal is read actor by actor. */
function next(memory: Memory | undefined, definition: AnyDefinition, entry: Entry): Memory {
  const own = memory?.self === entry.actor ? memory : new Memory(definition, entry.actor, 1);
  own.fold(entry);
  return own;
}

async function count(views: Store['views'], { name, indexes }: CollectionDeclaration): Promise<number> {
  const [index] = indexes;
  if (!index) throw new Error(`the view ${name} has no index to be counted by`);
  let total = 0;
  let cursor: string | undefined;
  do {
    const more = cursor === undefined ? {} : { cursor };
    const page = await views.find({ collection: name, index: index.name, limit: BATCH, ...more });
    total += page.rows.length;
    cursor = page.cursor;
  } while (cursor !== undefined);
  return total;
}
