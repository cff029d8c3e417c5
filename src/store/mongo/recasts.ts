/**
 * Entries put into their other form, archived or whole again: only the text of the document changes, so its keys (S3)
 * and its marker stay. A change holds only where the text of before still stands, so it may come late, or twice.
 */
import { recastTexts } from '../codec.js';
import type { Entry, EntryForm } from '../ports.js';
import { isTooLong } from './documents.js';
import { keyOf } from './keys.js';
import type { Link } from './link.js';

/** Resolves with the number of entries that were changed. */
export async function recast({ models, bulk }: Link, entries: readonly Entry[], form: EntryForm): Promise<number> {
  const changes = entries.flatMap((entry) => {
    const { actor, seq } = entry;
    const { before, after } = recastTexts(entry, form);
    const filter = { _id: keyOf(actor, seq), actor, entry: before };
    return isTooLong(after) ? [] : [{ updateOne: { filter, update: { $set: { entry: after } } } }];
  });
  let changed = 0;
  await bulk.write(
    {
      async bulkWrite(some: typeof changes, options) {
        changed += (await models.entries.bulkWrite(some, options)).modifiedCount;
      },
    },
    changes,
  );
  return changed;
}
