/** What is not needed is not loaded: a second of the processor's time, and memory. */
import { createRequire } from 'node:module';

import t from 'tap';

import { createProgram } from '../../src/commands/program.js';

/** Whether a file of a package is loaded. */
function isLoaded(name: string): boolean {
  const loaded = Object.keys(createRequire(import.meta.url).cache);
  return loaded.some((file) => file.includes(`/node_modules/${name}/`));
}

t.test('a command on a stopped store starts without what serves', async (t) => {
  for (const name of ['verify', 'backup', 'restore', 'archive', 'migrate']) await createProgram('1.2.3', name);
  for (const name of ['fastify', 'socket.io', 'prom-client']) t.notOk(isLoaded(name), name);
});

t.test('a node alone, on the embedded store, starts without what only others need', async (t) => {
  await createProgram('1.2.3', 'serve');
  t.ok(isLoaded('socket.io'), 'what is loaded is seen here');
  for (const name of ['ioredis', '@socket.io/redis-adapter', 'mongoose', 'node-geocoder'])
    t.notOk(isLoaded(name), name);
});
