/** A node alone, on the embedded store, starts without what only others need. */
import { createRequire } from 'node:module';

import t from 'tap';

import { collections } from '../../src/server.js';

t.test('what only several nodes, MongoDB or a geocoder need is not loaded before it is asked for', async (t) => {
  t.ok(collections.length > 0, 'the server is loaded');
  const loaded = Object.keys(createRequire(import.meta.url).cache);
  t.ok(
    loaded.some((file) => file.includes('/node_modules/socket.io/')),
    'what is loaded is seen here',
  );
  for (const name of ['ioredis', '@socket.io/redis-adapter', 'mongoose', 'node-geocoder'])
    t.notOk(
      loaded.some((file) => file.includes(`/node_modules/${name}/`)),
      name,
    );
});
