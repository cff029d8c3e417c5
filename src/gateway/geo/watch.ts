/**
 * Views that tell what is written to them: for what is kept in memory beside them (the index of stations, who
 * has something to pick up). It hears what this node writes; what others write is read now and then.
 */
import type { Row, Views } from '../../store/ports.js';

/** The same views; `listener` hears the rows of each write that has been taken. */
export function watchViews(views: Views, listener: (rows: readonly Row[]) => void): Views {
  return {
    async apply(rows) {
      await views.apply(rows);
      listener(rows);
    },
    get: (collection, id) => views.get(collection, id),
    find: (query) => views.find(query),
    clear: (collection) => views.clear(collection),
  };
}
