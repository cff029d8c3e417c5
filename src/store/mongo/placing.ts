/** Where a row stands in the indexes of its view, as a document. */
import { crc32 } from 'node:zlib';

import type { Collection } from '../collections.js';
import type { CollectionDeclaration, Row } from '../ports.js';
import { encodeRow } from '../rows.js';
import { indexField, type RowDocument } from './documents.js';

/** A short name of a declaration: rows say which one their keys were made by. */
export function tagOf(declaration: CollectionDeclaration): string {
  return crc32(JSON.stringify(declaration)).toString(16).padStart(8, '0');
}

/** A row as it stands in its view. Throws TypeError where a field of an index cannot be sorted by. */
export function documentOf(collection: Collection, row: Row): RowDocument {
  const { id: _id, version, fields } = row;
  const document = { _id, version, by: tagOf(collection.declaration), row: encodeRow(row) };
  return fields === null ? document : { ...document, keys: keysOf(collection, _id, fields) };
}

/** The texts by which a row is found, by {@link indexField}. */
export function keysOf(
  collection: Collection,
  id: string,
  fields: NonNullable<Row['fields']>,
): Readonly<Record<string, string>> {
  const keys = collection.keysOf(id, fields);
  return Object.fromEntries(collection.declaration.indexes.map(({ name }, i) => [indexField(name), keys[i] ?? '']));
}
