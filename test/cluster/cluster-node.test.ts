/** The way to whoever serves an actor, with a line and a clock in the test's hand. */
import t from 'tap';

import type { Node } from '../../src/actors/runtime/node.js';
import { unstored } from '../../src/actors/runtime/problems.js';
import { ClusterNode } from '../../src/cluster/cluster-node.js';
import { VirtualClock } from '../support/virtual-clock.js';

const ask = { to: 'tally:a', type: 'add', input: {}, caller: 'driver:dr_1', id: 'x' } as const;

/** A node that serves nothing itself; `owner` serves, where `serves`. */
function begin() {
  const clock = new VirtualClock();
  const asked: string[] = [];
  const town = { owner: 'b', serves: new Set<string>(), cutOff: undefined as number | undefined };
  const refused = () => Promise.resolve(unstored('unavailable', 'tally:a moves'));
  const local: Node = { ask: refused, read: refused, missed: refused, promise: refused, deliver: refused };
  const node = new ClusterNode(local, {
    ...{ self: 'a', clock, chance: { random: () => 1 }, ownerOf: () => town.owner, cutOffSince: () => town.cutOff },
    line: {
      request: (to) => {
        asked.push(to);
        return town.serves.has(to) ? Promise.resolve(unstored('parked', `served by ${to}`)) : refused();
      },
    },
  });
  return { clock, asked, town, node };
}

t.test('who waits for an actor that moves asks its new owner as soon as that is known', async (t) => {
  const { clock, asked, town, node } = begin();
  const answer = node.ask(ask);
  await clock.advance(1000);
  const before = clock.now();
  town.owner = 'c';
  town.serves.add('c');
  node.moved();
  t.match(await answer, { unstored: { message: 'served by c' } });
  t.equal(clock.now(), before);
  t.ok(asked.filter((to) => to === 'b').length > 3, 'it was asked again and again');
  t.equal(asked.at(-1), 'c');
});

t.test('an actor that does not arrive is given up, and the caller may ask again', async (t) => {
  const { clock, node } = begin();
  t.match(await clock.settle(node.ask(ask)), { unstored: { code: 'unavailable' } });
  t.match(await clock.settle(node.ask({ ...ask, deadline: clock.now() + 500 })), { unstored: { code: 'unavailable' } });
});

t.test('cut off from the others, a node refuses their actors after a moment, and asks nobody', async (t) => {
  const { clock, asked, town, node } = begin();
  town.cutOff = clock.now();
  t.match(await clock.settle(node.ask(ask)), { unstored: { code: 'unavailable', retryAfterMs: Number } });
  t.same(asked, []);
});

t.test('a dead letter is looked at, and tried again, where its actor is served', async (t) => {
  const { asked, town, node } = begin();
  town.serves.add('b');
  t.match(await node.promise('tally:a', 'tally:a/1/0', true), { unstored: { message: 'served by b' } });
  t.same(asked, ['b']);
  const promise = { actor: 'tally:a', id: 'tally:a/1/0', again: true } as const;
  t.match(await node.serve({ promise }), { unstored: { message: 'tally:a moves' } }, 'another node asks here');
});
