/** How a node that stops sends its sockets to the others. */
import t from 'tap';

import type { Connection } from '../../src/gateway/connection.js';
import { sendAway } from '../../src/gateway/farewell.js';
import { seeded, seededChance, VirtualClock } from '../support/virtual-clock.js';

/** So many connections are sent away: who was told what, when. */
async function farewell(count: number) {
  const clock = new VirtualClock();
  const began = clock.now();
  const told: { readonly n: number; readonly code: string; readonly at: number }[] = [];
  const connections = Array.from({ length: count }, (_, n) => ({
    close: (code: string) => told.push({ n, code, at: clock.now() - began }),
  }));
  const all = connections as unknown as readonly Connection[];
  await clock.settle(sendAway(all, { clock, chance: seededChance(seeded(7)) }));
  return told;
}

t.test('a node that stops sends its sockets away in an order of chance, a few at a time', async (t) => {
  const told = await farewell(1_000);
  t.same(new Set(told.map(({ code }) => code)), new Set(['stopping']), 'each is told why, and to connect again');
  t.equal(new Set(told.map(({ n }) => n)).size, 1_000);
  t.notSame(
    told.map(({ n }) => n),
    Array.from({ length: 1_000 }, (_, n) => n),
  );
  const moments = new Set(told.map(({ at }) => at));
  t.equal(moments.size, 10, 'the next node is not met by all at once');
});

t.test('however many they are, all are gone within five seconds', async (t) => {
  const told = await farewell(100_000);
  t.ok(told.every(({ at }) => at <= 5_000));
});
