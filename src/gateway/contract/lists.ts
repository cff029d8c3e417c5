/** Pages of views: what lists answer with. Views lag behind the journal by moments, and say so by their type. */
import { Type, type TSchema } from '@sinclair/typebox';

import { BadQuery, type Json, type Query } from '../../store/ports.js';
import { refused, told } from '../answer.js';
import type { Tools } from '../tools.js';
import type { Told } from './declare.js';
import { Cursor, fields } from './fields.js';

/** Rows on one page. */
const PAGE = 30;

/** What a list answers; `cursor` is there when more follow. */
export function pageOf<T extends TSchema>(item: T) {
  return fields({ items: Type.Array(item), cursor: Type.Optional(Cursor) });
}

/** One page of a view; `show` makes an item of a row. */
export async function list(
  { views }: Pick<Tools, 'views'>,
  query: Omit<Query, 'limit' | 'cursor'>,
  cursor: string | undefined,
  show: (fields: Readonly<Record<string, Json>>, id: string) => Json,
): Promise<Told> {
  try {
    const page = await views.find({ ...query, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    const items = page.rows.map((row) => show(row.fields, row.id));
    return told(page.cursor === undefined ? { items } : { items, cursor: page.cursor });
  } catch (error) {
    // The shape of the question is the declaration's own, so what does not fit is the cursor.
    if (error instanceof BadQuery && cursor !== undefined)
      return refused('bad_input', 'input.cursor: must be the cursor of the page before');
    throw error;
  }
}
