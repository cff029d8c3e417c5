/** A journal that does some things otherwise. */
import type { Journal } from '../../src/store/ports.js';

/** All that `journal` does, but what is `changed`. Its methods are the journal's own prototype's, so a spread would lose them. */
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
    ...changed,
  };
}
