import t, { type Test } from 'tap';

import { Finality } from '../../src/store/embedded/finality.js';
import { Flushes } from '../../src/store/embedded/flushes.js';
import { EmbeddedJournal } from '../../src/store/embedded/journal.js';
import { keys } from '../../src/store/embedded/keys.js';
import { openLevel } from '../../src/store/embedded/level.js';
import { StoreFailed } from '../../src/store/ports.js';
import { run, short } from './support/entries.js';

/** A journal whose writes are watched; `afterwards` runs when the database has taken one. */
async function watched(t: Test, afterwards: () => void = () => undefined) {
  const folder = t.testdir();
  const level = await openLevel(folder);
  t.teardown(() => level.close());
  const batch = level.batch.bind(level);
  const writes: unknown[] = [];
  Object.defineProperty(level, 'batch', {
    value: () => {
      const made = batch();
      const write = made.write.bind(made);
      const watching = async (options: { sync?: boolean } = {}) => {
        writes.push(options);
        await write(options);
        afterwards();
      };
      return Object.defineProperty(made, 'write', { value: watching });
    },
  });
  const flushes = Flushes.start(folder, 0, []);
  t.teardown(() => {
    flushes.close(true);
  });
  return { level, writes, journal: new EmbeddedJournal(level, flushes, new Finality()) };
}

t.test('a call is one write, and it is synced', async (t) => {
  const { journal, writes } = await watched(t);
  await journal.append([...run('a:1', 1, 3), ...run('b:1', 1, 3)]);
  t.same(writes, [{ sync: true }]);
});

t.test('nothing is answered before the write is over', async (t) => {
  let over = 0;
  const { journal } = await watched(t, () => (over += 1));
  for (let seq = 1; seq <= 3; seq += 1) {
    await journal.append(run('a:1', seq, seq));
    t.equal(over, seq);
  }
});

t.test('ENGINE 2: a sync that failed is final, also when the rows can be seen', async (t) => {
  const { journal, level, writes } = await watched(t, () => {
    throw new Error('input/output error');
  });
  const failure = new StoreFailed('the store could not write and sync a flush: input/output error');
  const calls = [journal.append(run('a:1', 1, 2)), journal.append(run('b:1', 1, 1))];
  for (const call of calls) await t.rejects(call, failure, 'the call itself, and the one that waited behind it');
  t.type(await level.get(keys.entry('a:1', 1)), 'string', 'the row is there');
  await t.rejects(journal.read('a:1', 0, 10), failure, 'and is not read back');
  await t.rejects(journal.append(run('a:1', 1, 2)), failure, 'nor tried again');
  t.equal(writes.length, 1);
});

t.test('a call that waits behind another is decided on what that one stored', async (t) => {
  const { journal } = await watched(t);
  const [first, second] = await Promise.all([
    journal.append(run('a:1', 1, 2)),
    journal.append([...run('a:1', 2, 3), ...run('b:1', 1, 1)]),
  ]);
  t.same(short(first), ['stored', 'stored']);
  t.same(short(second), ['met 2', 'stored', 'stored']);
});
