/** A journal that does some things otherwise, and one in which nothing is archived. */
import type { Entry, Journal, StoredEntry } from '../../src/store/ports.js';

/**
 * All that `journal` does, but what is `changed`. Its methods are the journal's own prototype's, so a spread would lose
 * them.
 */
export function journalWith(journal: Journal, changed: Partial<Journal>): Journal {
  return {
    append: (items) => journal.append(items),
    read: (...range) => journal.read(...range),
    find: (...key) => journal.find(...key),
    findAll: (handlings) => journal.findAll(handlings),
    due: (...range) => journal.due(...range),
    rewake: (changes) => journal.rewake(changes),
    scan: () => journal.scan(),
    heads: () => journal.heads(),
    page: (...range) => journal.page(...range),
    recast: (...change) => journal.recast(...change),
    ...changed,
  };
}

/** An entry that was not archived. */
export function whole(entry: StoredEntry): Entry {
  if (entry.archived) throw new Error(`entry ${entry.seq} of ${entry.actor} is archived`);
  return entry;
}

/** Every entry of a journal in which none is archived. */
export async function* allOf(journal: Journal): AsyncGenerator<Entry> {
  for await (const entry of journal.scan()) yield whole(entry);
}
