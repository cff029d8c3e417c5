import t from 'tap';

import { Markers } from '../../../src/actors/runtime/markers.js';
import type { Node } from '../../../src/actors/runtime/node.js';
import { SHARDS, type Entry } from '../../../src/store/ports.js';
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

t.test('ENGINE 17: a marker that was looked up before it was cleared covers nothing new', async (t) => {
  const markers = new Markers();
  t.equal(markers.cover(promising(1, 1000), []), 1000);
  t.same(markers.tidy('tally:a', Infinity), [{ actor: 'tally:a', seq: 1 }]);
  markers.meet({ actor: 'tally:a', seq: 1, wake: 1000 });
  t.equal(markers.cover(promising(2, 2000), []), 2000, 'a marker of its own');
  t.equal(markers.cover(promising(3, 3000), []), undefined, 'which covers what is due later');
  t.same(markers.tidy('tally:a', 3000), [
    { actor: 'tally:a', seq: 2, wake: 3000 },
    { actor: 'tally:a', seq: 1 },
  ]);
});

t.test('ENGINE 17: of the markers that an earlier activation left, one is kept while a promise is open', async (t) => {
  const markers = new Markers();
  for (const seq of [1, 2]) markers.meet({ actor: 'tally:a', seq, wake: 1000 });
  t.same(markers.tidy('tally:a', 5000), [
    { actor: 'tally:a', seq: 1, wake: 5000 },
    { actor: 'tally:a', seq: 2 },
  ]);
  t.same(markers.tidy('tally:a', Infinity), [{ actor: 'tally:a', seq: 1 }]);
});

/** An entry that promises something due at `due`. */
function promising(seq: number, due: number): Entry {
  return {
    ...{ actor: 'tally:a', seq, epoch: 'e', commandId: `c:${seq}`, type: 'send', hash: '', at: 0, events: [] },
    ...{ reply: { ok: true, value: null }, closes: [], moves: [], pushes: {} },
    outbox: [{ to: 'tally:b', type: 'note', input: null, due, hop: 1 }],
  };
}
