import t from 'tap';

import type { Clock } from '../../../src/actors/runtime/clock.js';
import { Markers } from '../../../src/actors/runtime/markers.js';
import type { Node } from '../../../src/actors/runtime/node.js';
import { SHARDS, type Entry } from '../../../src/store/ports.js';
import { VirtualClock } from '../../support/virtual-clock.js';
import { Lab } from '../../support/lab.js';
import { nodeWith } from '../../support/node.js';

t.test('ENGINE 17: the marker of a message that is answered late is cleared all the same', async (t) => {
  const clock = new VirtualClock();
  const slow = (local: Node): Node =>
    nodeWith(local, {
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
  t.same(markers.tidy('tally:a', { earliest: Infinity, own: 1, at: 0, now: 1000 }), [{ actor: 'tally:a', seq: 1 }]);
  markers.meet({ actor: 'tally:a', seq: 1, wake: 1000 });
  t.equal(markers.cover(promising(2, 2000), []), 2000, 'a marker of its own');
  t.equal(markers.cover(promising(3, 3000), []), undefined, 'which covers what is due later');
  t.same(markers.tidy('tally:a', { earliest: 3000, own: 3, at: 0, now: 1000 }), [
    { actor: 'tally:a', seq: 2, wake: 3000 },
    { actor: 'tally:a', seq: 1 },
  ]);
});

t.test('ENGINE 17: of the markers that an earlier activation left, one is kept while a promise is open', async (t) => {
  const markers = new Markers();
  for (const seq of [1, 2]) markers.meet({ actor: 'tally:a', seq, wake: 1000 });
  t.same(markers.tidy('tally:a', { earliest: 5000, own: 3, at: 0, now: 1000 }), [
    { actor: 'tally:a', seq: 1, wake: 5000 },
    { actor: 'tally:a', seq: 2 },
  ]);
  t.same(markers.tidy('tally:a', { earliest: Infinity, own: 3, at: 0, now: 5000 }), [{ actor: 'tally:a', seq: 1 }]);
});

t.test(
  'ENGINE 9, 17: what was found is put off, not cleared, by who has not proved that he is the only owner',
  async (t) => {
    const markers = new Markers();
    markers.meet({ actor: 'tally:a', seq: 1, wake: 1000 });
    const tidy = (earliest: number, own: number, now: number) => markers.tidy('tally:a', { earliest, own, at: 0, now });
    t.same(tidy(Infinity, 0, 1000), [{ actor: 'tally:a', seq: 1, wake: 601_000 }]);
    t.same(tidy(Infinity, 0, 2000), [], 'once');
    t.same(tidy(3000, 0, 2000), [{ actor: 'tally:a', seq: 1, wake: 3000 }], 'never behind what is known to be due');
    t.same(tidy(Infinity, 2, 3000), [{ actor: 'tally:a', seq: 1 }], 'his own entry behind it is the proof');
  },
);

t.test(
  'ENGINE 17: who never stores anything again is woken a few times by what was found, then once a day',
  async (t) => {
    const day = 86_400_000;
    const stored = 1_800_000_000_000;
    const actor = 'tally:a';
    const woken: number[] = [];
    let wake: number | undefined = stored + 1000;
    for (let now = wake; now < stored + 30 * day; now = wake) {
      woken.push(now);
      // Each time by an activation of its own: the one before has left memory.
      const markers = new Markers();
      markers.meet({ actor, seq: 1, wake });
      wake = markers.tidy(actor, { earliest: Infinity, own: 0, at: stored, now })[0]?.wake;
      if (wake === undefined) break;
    }
    t.ok(wake, 'it is not cleared');
    t.ok(woken.length < 40, `${woken.length} times in thirty days`);
    t.ok(
      woken.every((now, i) => now - (woken[i - 1] ?? now) <= day),
      'what came late is found within a day',
    );
  },
);

t.test(
  'R5: what an owner promises under his marker is kept, though another owner has done all that he knew of',
  async (t) => {
    const lab = new Lab({ limits: { keeperMs: 1000 } });
    const due = lab.clock.now() + 60_000;
    const note = (text: string, at: number) => ({ to: 'tally:b', type: 'note', input: { text }, due: at });
    await lab.ask('tally:a', 'send', { messages: [note('one', due)] });
    // Another node that believes it owns the actor, and whose clock is ahead, finds the marker and does what it knows
    // of.
    const other = lab.begin(lab.store.open(), { clock: early(lab.clock, 90_000) });
    await lab.clock.advance(500);
    // The first owner promises more under the marker that it has, and dies.
    await lab.ask('tally:a', 'send', { messages: [note('two', due + 1000)] });
    await lab.clock.advance(5000);
    lab.handle.crash();
    await lab.clock.settle(other.stop());
    lab.handle = lab.store.open();
    lab.system = lab.begin(lab.handle);
    await lab.clock.advance(700_000);
    t.match(await lab.read('tally:b', 'log'), ['one', 'two']);
  },
);

/** An entry that promises something due at `due`. */
function promising(seq: number, due: number): Entry {
  return {
    ...{ actor: 'tally:a', seq, epoch: 'e', commandId: `c:${seq}`, type: 'send', hash: '', at: 0, events: [] },
    ...{ reply: { ok: true, value: null }, closes: [], moves: [], pushes: {} },
    outbox: [{ to: 'tally:b', type: 'note', input: null, due, hop: 1 }],
  };
}

/** A clock that is ahead of another, and runs with it. */
function early(clock: VirtualClock, ms: number): Clock {
  return {
    now: () => clock.now() + ms,
    after: (pause, run) => clock.after(pause, run),
    soon: (run) => {
      clock.soon(run);
    },
  };
}
