/** A store that keeps nothing: what is measured on it is the engine alone. For actors that stay in memory. */
import type { Store } from '#built/store/ports.js';

export function nullStore(): Store {
  return {
    id: 'nothing',
    warnings: [],
    journal: {
      append: (items) => Promise.resolve(items.map(() => ({ state: 'stored' }))),
      rewake: () => Promise.resolve(),
      read: () => Promise.resolve([]),
      find: () => Promise.resolve(undefined),
      findAll: (handlings) => Promise.resolve(handlings.map(() => undefined)),
      due: () => Promise.resolve([]),
      scan: nothing,
      heads: nothing,
      page: () => Promise.resolve([]),
      recast: () => Promise.resolve(0),
    },
    snapshots: {
      insert: () => Promise.resolve(),
      latest: () => Promise.resolve(undefined),
      kept: () => Promise.resolve([]),
    },
    views: {
      apply: () => Promise.resolve(),
      clear: () => Promise.resolve(),
      get: () => Promise.resolve(undefined),
      find: () => Promise.resolve({ rows: [] }),
    },
    answers: () => Promise.resolve(),
    buffers: () => 0,
    close: () => Promise.resolve(),
  };
}

function nothing(): AsyncIterable<never> {
  return { [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }) };
}
