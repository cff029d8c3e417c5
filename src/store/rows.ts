/** How a row of a view stands in a store as text; shared by the adapters that write rows down. */
import { BadText, seal, unseal } from './codec.js';
import { StoreDamaged, type Json, type Row } from './ports.js';

/** A row as stored. */
export type StoredRow = {
  readonly version: number;
  /** `null`: the record ended. */
  readonly fields: { readonly [name: string]: Json } | null;
};

/** A row as text, with a checksum. */
export function encodeRow(row: Row): string {
  const stored: StoredRow = { version: row.version, fields: row.fields };
  return seal(JSON.stringify(stored));
}

/** Throws {@link StoreDamaged}. */
export function decodeRow(text: string, collection: string, id: string): StoredRow {
  try {
    return JSON.parse(unseal(text)) as StoredRow;
  } catch (cause) {
    if (!(cause instanceof BadText)) throw cause;
    throw new StoreDamaged(`row ${id} of collection ${collection} is damaged: ${cause.message}; rebuild the view`, {
      cause,
    });
  }
}
