/**
 * ENGINE 13, where the machine's clock is set: an actor's own time never goes back, and nobody waits for the clock to
 * come to where it was.
 */
import t from 'tap';

import { Lab } from '../../support/lab.js';

const HOUR = 3_600_000;

/** `from` tells `to` something, due in so many ms by the clock as it is now. */
function send(lab: Lab, from: `tally:${string}`, to: `tally:${string}`, text: string, inMs = 0): Promise<unknown> {
  const due = lab.clock.now() + inMs;
  return lab.ask(from, 'send', { messages: [{ to, type: 'note', input: { text }, due }] });
}

t.test('set back by an hour: messages go at once, and a timer rings after its time', async (t) => {
  const lab = new Lab();
  await lab.ask('tally:a', 'add', { by: 1 });
  lab.clock.jump(-HOUR);
  await send(lab, 'tally:a', 'tally:b', 'said');
  await lab.clock.advance(1_000);
  t.same(await lab.read('tally:b', 'log'), ['said']);
  const at = lab.clock.now() + HOUR;
  await lab.ask('tally:a', 'send', {
    messages: [{ to: 'tally:a', type: 'note', input: { text: 'rang' }, due: at + 60_000 }],
  });
  await lab.clock.advance(50_000);
  t.same(await lab.read('tally:a', 'log'), [], 'not before');
  await lab.clock.advance(20_000);
  t.same(await lab.read('tally:a', 'log'), ['rang']);
});

t.test('so it is for a node that begins when the clock is behind', async (t) => {
  const lab = new Lab();
  await send(lab, 'tally:a', 'tally:a', 'rang', 60_000);
  await lab.ask('tally:a', 'add', { by: 1 });
  lab.handle.crash();
  lab.clock.jump(-HOUR);
  lab.handle = lab.store.open();
  lab.system = lab.begin(lab.handle);
  await lab.ask('tally:a', 'add', { by: 1 });
  await lab.clock.advance(70_000);
  t.same(await lab.read('tally:a', 'log'), ['rang']);
});

t.test('put right again, it lets no timer ring early that was set while it was behind', async (t) => {
  const lab = new Lab();
  await lab.ask('tally:a', 'add', { by: 1 });
  lab.clock.jump(-HOUR);
  await send(lab, 'tally:a', 'tally:a', 'rang', HOUR + 120_000);
  await lab.clock.advance(20_000);
  lab.clock.jump(HOUR);
  await lab.clock.advance(90_000);
  await lab.ask('tally:a', 'add', { by: 1 });
  t.same(await lab.read('tally:a', 'log'), [], 'not before');
  await lab.clock.advance(20_000);
  t.same(await lab.read('tally:a', 'log'), ['rang']);
});

t.test('put right again, it leaves no timer waiting for what it said before', async (t) => {
  const lab = new Lab();
  lab.clock.jump(-HOUR);
  await send(lab, 'tally:a', 'tally:a', 'rang', HOUR + 60_000);
  lab.clock.jump(HOUR);
  // Whoever has not been used for an hour would leave memory, and be woken by his marker.
  await lab.ask('tally:a', 'add', { by: 1 });
  await lab.clock.advance(80_000);
  t.same(await lab.read('tally:a', 'log'), ['rang']);
});
