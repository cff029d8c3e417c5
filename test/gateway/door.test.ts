import t from 'tap';

import { Door } from '../../src/gateway/transport/door.js';
import { until } from '../support/until.js';

t.test('a door is shut while as many files are open as may be, and opens when enough are closed', async (t) => {
  let files = 10;
  let there = false;
  const done: string[] = [];
  const door: Door = new Door({
    most: 100,
    shut: () => done.push('shut'),
    open: () => {
      done.push('open');
      return there;
    },
    // A number that came free in between tells nothing of those above it.
    atLeast: (): number => (door.isShut ? 5 : files),
    count: async () => files,
  });
  t.teardown(() => {
    door.close();
  });
  t.notOk(door.isShut);
  files = 100;
  await until('it is shut', () => door.isShut);
  files = 89;
  await until('it tries to open', () => done.length > 1);
  t.ok(door.isShut, 'not while somebody else has the port');
  there = true;
  await until('it is open', () => !door.isShut);
  t.same(done.slice(0, 2), ['shut', 'open']);
  files = 95;
  door.close();
});

t.test('where any number may be open it never looks', async (t) => {
  const door: Door = new Door({
    ...{ most: Infinity, shut: () => t.fail('shut'), open: () => true },
    atLeast: () => {
      t.fail('looked');
      return 0;
    },
  });
  t.notOk(door.isShut);
  door.close();
});
