import t from 'tap';

import type { Node } from '../../../src/actors/runtime/node.js';
import { SHARDS } from '../../../src/store/ports.js';
import { VirtualClock } from '../../support/virtual-clock.js';
import { Lab } from '../../support/lab.js';

t.test('ENGINE 17: the marker of a message that is answered late is cleared all the same', async (t) => {
  const clock = new VirtualClock();
  const slow = (local: Node): Node => ({
    ask: (ask) => local.ask(ask),
    read: (...question) => local.read(...question),
    missed: (...range) => local.missed(...range),
    // Later than the keeper's first look at the sender, for whom nothing happens after that.
    deliver: (delivery) =>
      new Promise((resolve) => clock.after(2500, () => void local.deliver(delivery).then(resolve))),
  });
  const lab = new Lab({ clock, transport: slow, limits: { keeperMs: 1000 } });
  await lab.ask('tally:a', 'send', { messages: [{ to: 'tally:b', type: 'note', input: { text: 'hello' } }] });
  await clock.advance(10_000);
  t.same(await lab.read('tally:b', 'log'), ['hello']);
  const left = await clock.settle(lab.handle.journal.due({ from: 0, to: SHARDS }, Infinity, 10));
  t.same(left, []);
});
