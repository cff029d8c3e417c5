/**
 * How a row stands in LevelDB, and what is known of the rows written lately, so that a hot row needs
 * no read before it is written again.
 */
import { LRUCache } from 'lru-cache';

import type { Collection } from '../collections.js';
import { StoreDamaged } from '../ports.js';
import { decodeRow, type StoredRow } from '../rows.js';
import { indexedIdOf, keys, ranges } from './keys.js';
import type { Level } from './level.js';

/** Rows whose version and index keys are remembered. */
const REMEMBERED = 8192;

/** What must be known of a row to replace it. */
export interface Known {
  readonly version: number;
  /** Where it stands in the indexes, as LevelDB keys. */
  readonly indexKeys: readonly string[];
}

export const NOTHING: Known = { version: -Infinity, indexKeys: [] };

/** The index keys of a row, as LevelDB keys. */
export function indexKeysOf(collection: Collection, id: string, fields: StoredRow['fields']): readonly string[] {
  if (fields === null) return [];
  const { name } = collection.declaration;
  return collection.keysOf(id, fields).map((key) => keys.index(name, key));
}

export class KnownRows {
  private readonly level: Level;
  private readonly lately = new LRUCache<string, Known>({ max: REMEMBERED });

  /** @param damaged names of views; one with a row that is not what was written is added */
  constructor(
    level: Level,
    private readonly damaged: Set<string>,
  ) {
    this.level = level;
  }

  /** What is known of each row, read where it is not remembered. A damaged one is mended by what is written next. */
  async of(rows: readonly { readonly collection: Collection; readonly id: string }[]): Promise<Map<string, Known>> {
    const known = new Map<string, Known>();
    const missing = new Map<string, { collection: Collection; id: string }>();
    for (const row of rows) {
      const key = keys.row(row.collection.declaration.name, row.id);
      const lately = this.lately.get(key);
      if (lately) known.set(key, lately);
      else missing.set(key, row);
    }
    if (missing.size === 0) return known;
    const texts = await this.level.getMany([...missing.keys()]);
    for (const [i, [key, { collection, id }]] of [...missing].entries()) {
      const text = texts[i];
      if (text !== undefined) known.set(key, await this.read(text, collection, id));
    }
    return known;
  }

  private async read(text: string, collection: Collection, id: string): Promise<Known> {
    const { name } = collection.declaration;
    try {
      const { version, fields } = decodeRow(text, name, id);
      return { version, indexKeys: indexKeysOf(collection, id, fields) };
    } catch (error) {
      if (!(error instanceof StoreDamaged)) throw error;
      this.damaged.add(name);
      // It cannot say any more where it stands in the indexes.
      const all = await this.level.keys(ranges.indexes(name)).all();
      return { version: -Infinity, indexKeys: all.filter((key) => indexedIdOf(key) === id) };
    }
  }

  remember(known: ReadonlyMap<string, Known>): void {
    for (const [key, row] of known) this.lately.set(key, row);
  }

  forget(): void {
    this.lately.clear();
  }
}
