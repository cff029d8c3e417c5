/**
 * The declared collections: where a row stands in each index, and which keys answer a question.
 * Shared by the adapters that keep their indexes themselves. Keys here are relative to their
 * collection: `<index>\0<values><id>`, sorted by UTF-8 bytes.
 */
import { behind, behindAll, firstOf, sortable, type Sortable } from './order.js';
import { BadQuery, type CollectionDeclaration, type IndexDeclaration, type Json, type Query } from './ports.js';

const NAME = /^[A-Za-z0-9_.-]{1,64}$/;

/** The keys that answer a question: `gte` <= key < `lt`. */
export interface KeyRange {
  readonly gte: string;
  readonly lt: string;
}

/** One collection with its indexes by name. */
export class Collection {
  private readonly indexes: ReadonlyMap<string, IndexDeclaration>;
  /** Names of the fields that some index sorts by. */
  private readonly sorted: readonly string[];
  /** For each index the text before its values, and where these stand among {@link sorted}. */
  private readonly shapes: readonly { readonly head: string; readonly values: readonly number[] }[];

  constructor(readonly declaration: CollectionDeclaration) {
    for (const name of [declaration.name, ...declaration.indexes.map((index) => index.name)]) {
      if (!NAME.test(name))
        throw new TypeError(`collection ${declaration.name}: the name '${name}' must match ${NAME}`);
    }
    const { indexes } = declaration;
    this.indexes = new Map(indexes.map((index) => [index.name, index]));
    const sorted = [...new Set(indexes.flatMap(({ fields }) => fields))];
    this.sorted = sorted;
    this.shapes = indexes.map(({ name, fields }) => ({
      head: `${name}\u0000`,
      values: fields.map((field) => sorted.indexOf(field)),
    }));
  }

  /** Where a row stands in each of the indexes. */
  keysOf(id: string, fields: Readonly<Record<string, Json>>): readonly string[] {
    // Hot: a field that several indexes sort by is made sortable once.
    const texts = this.sorted.map((name) => sortable(this.value(name, fields[name])));
    return this.shapes.map(({ head, values }) => {
      let key = head;
      for (const value of values) key += texts[value] ?? '';
      return key + id;
    });
  }

  /** The keys that answer a question, after its cursor. Throws {@link BadQuery}. */
  rangeOf(query: Query): KeyRange {
    const range = this.bounds(query);
    if (query.cursor === undefined) return range;
    const key = Buffer.from(query.cursor, 'base64url').toString();
    if (compare(key, range.gte) < 0 || compare(key, range.lt) >= 0) throw new BadQuery('cursor: not of this question');
    return query.descending === true ? { gte: range.gte, lt: key } : { gte: `${key}\u0000`, lt: range.lt };
  }

  private bounds(query: Query): KeyRange {
    const index = this.indexes.get(query.index);
    if (!index) throw new BadQuery(`collection ${query.collection} has no index '${query.index}'`);
    if (!Number.isInteger(query.limit) || query.limit < 1) throw new BadQuery('limit: must be a whole number from 1');
    const { equal = [], from, to } = query;
    if (equal.length > index.fields.length) {
      throw new BadQuery(`equal: index '${index.name}' has ${index.fields.length} fields`);
    }
    const prefix = `${index.name}\u0000${equal.map(sortable).join('')}`;
    const bound = from ?? to;
    if (bound === undefined) return { gte: prefix, lt: behind(prefix) };
    if (equal.length === index.fields.length) {
      throw new BadQuery(`from, to: index '${index.name}' has no field behind the equal ones`);
    }
    if (to !== undefined && typeof bound !== typeof to) throw new BadQuery('from, to: must be of one type');
    const type = typeof bound === 'number' ? 'number' : 'string';
    return {
      gte: prefix + (from === undefined ? firstOf(type) : sortable(from)),
      lt: prefix + (to === undefined ? behindAll(type) : behind(sortable(to))),
    };
  }

  private value(name: string, value: Json | undefined): Sortable {
    if (value === undefined || value === null) return null;
    if (typeof value === 'object') {
      const index = this.declaration.indexes.find(({ fields }) => fields.includes(name));
      throw new TypeError(
        `collection ${this.declaration.name}: field '${name}' of index '${index?.name}' must be a string, number or boolean`,
      );
    }
    return value;
  }
}

/** The collections of a store, by name. */
export class Collections {
  private readonly byName: ReadonlyMap<string, Collection>;

  constructor(declarations: readonly CollectionDeclaration[]) {
    this.byName = new Map(declarations.map((declaration) => [declaration.name, new Collection(declaration)]));
  }

  /** Throws {@link BadQuery} when it is not declared. */
  get(name: string): Collection {
    const collection = this.byName.get(name);
    if (!collection) throw new BadQuery(`collection '${name}' is not declared`);
    return collection;
  }

  [Symbol.iterator](): IterableIterator<Collection> {
    return this.byName.values();
  }
}

/** The cursor that goes on behind a key. */
export function cursorOf(key: string): string {
  return Buffer.from(key).toString('base64url');
}

/** Orders keys by their UTF-8 bytes, as LevelDB does. */
export function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
