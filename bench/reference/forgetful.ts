/**
 * A store that can take what it is given and keep nothing of it: what is measured on it is the way to the store and
 * back.
 */
import type { Store } from '#built/store/ports.js';

/** What is written while `forgets` says so is gone; the rest can be read. For actors that stay in memory. */
export function forgetful(store: Store, forgets: () => boolean): Store {
  const lazily =
    <A extends readonly unknown[]>(work: (...args: A) => Promise<void>) =>
    (...args: A) =>
      forgets() ? Promise.resolve() : work(...args);
  const { journal, snapshots, views } = store;
  return {
    id: store.id,
    warnings: store.warnings,
    journal: {
      append: (items) => (forgets() ? Promise.resolve(items.map(() => ({ state: 'stored' }))) : journal.append(items)),
      rewake: lazily((changes) => journal.rewake(changes)),
      read: (...asked) => journal.read(...asked),
      find: (...asked) => journal.find(...asked),
      findAll: (asked) => journal.findAll(asked),
      due: (...asked) => journal.due(...asked),
      scan: () => journal.scan(),
      heads: () => journal.heads(),
      page: (...asked) => journal.page(...asked),
      recast: (...asked) => journal.recast(...asked),
    },
    snapshots: {
      insert: lazily((taken) => snapshots.insert(taken)),
      latest: (actor) => snapshots.latest(actor),
      kept: (actor) => snapshots.kept(actor),
    },
    views: {
      apply: lazily((rows) => views.apply(rows)),
      clear: lazily((collection) => views.clear(collection)),
      get: (...asked) => views.get(...asked),
      find: (query) => views.find(query),
    },
    answers: () => store.answers(),
    buffers: () => store.buffers(),
    close: () => store.close(),
  };
}
