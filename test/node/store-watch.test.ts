import t from 'tap';

import { StoreWatch } from '../../src/node/store-watch.js';
import { VirtualClock } from '../support/virtual-clock.js';

/** A watch that asks every 100 ms, over a store that answers as it is told to. */
function watched(answers: (() => Promise<void>)[]) {
  const clock = new VirtualClock();
  const heard: boolean[] = [];
  const watch = new StoreWatch({
    store: { answers: () => (answers.shift() ?? (() => Promise.resolve()))() },
    ...{ clock, everyMs: 100, awayMs: 500 },
    changed: (away) => heard.push(away),
  });
  return { clock, heard, watch };
}

const never = () => new Promise<void>(() => undefined);
const refused = () => Promise.reject(new Error('cut'));

t.test('a store that does not answer for long is away, until it answers', async (t) => {
  const { clock, heard, watch } = watched(Array.from({ length: 8 }, () => refused));
  await clock.advance(500);
  t.same(heard, [], 'not yet');
  await clock.advance(200);
  t.same(heard, [true]);
  await clock.advance(1000);
  t.same(heard, [true, false]);
  watch.close();
});

t.test('a question whose answer never comes does not keep the next from being asked', async (t) => {
  const { clock, heard, watch } = watched([never]);
  await clock.advance(650);
  t.ok(watch.away);
  await clock.advance(300);
  t.notOk(watch.away);
  t.same(heard, [true, false]);
  watch.close();
});
