/** Several nodes, one reconciliation. */
import t from 'tap';

import type { Entry } from '../../src/store/ports.js';
import { allOf } from '../support/journal.js';
import { noOwnRedis } from '../support/redis.js';
import { Servers } from '../support/servers.js';

t.test('three nodes that start leave one timer of one actor between them', { skip: noOwnRedis }, async (t) => {
  const sandbox = { sandboxUrl: 'http://127.0.0.1:9', sandboxSecret: 'a secret of both sides' };
  const { store } = await Servers.open(t, 3, sandbox);
  const entries: Entry[] = [];
  for await (const entry of allOf(store.journal)) {
    if (entry.actor.startsWith('reconciliation:')) entries.push(entry);
  }
  t.same(
    entries.map(({ actor, events, outbox }) => [actor, events.map(({ type }) => type), outbox.map(({ type }) => type)]),
    [['reconciliation:sandbox', ['dayAwaited'], ['compare']]],
  );
});
