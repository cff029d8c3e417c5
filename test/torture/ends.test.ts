/**
 * The ways in which a server ends under load, one after the other on one town: told to stop, a disk without room,
 * killed again while it recovers. `SEED=n` runs one again.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';

import { withoutSnapshot } from './audit.js';
import { comeToRest } from './rest.js';
import { OneServer } from './one-server.js';
import { LEAST_IN_FLIGHT, SMALL } from './town-size.js';
import { until } from '../support/until.js';

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
/** How far the disk is filled under load, KiB. */
const ROOM = 512;

t.test('whatever ends a server, nothing that it acknowledged is lost', { timeout: 240_000 }, async (t) => {
  const stand = await OneServer.open(seed, SMALL);
  t.teardown(() => stand.close());
  t.comment(`seed ${seed}`);

  await t.test('SIGTERM: it finishes what it began, takes snapshots, and ends with exit code 0', async (t) => {
    await stand.busy();
    const { inFlight } = await stand.interrupt(() => stand.stop(), true);
    t.ok(inFlight >= LEAST_IN_FLIGHT, `${inFlight} commands in flight`);
    t.same(stand.server?.said.slice(1), ['stopping: finishing what was begun', 'stopped']);
    t.same(await withoutSnapshot(stand.settings), [], 'every actor has a snapshot of its last entry');
  });

  await t.test('a disk without room: it says so in one line and ends with exit code 1', async (t) => {
    await stand.start({ limits: { fileKiB: largestFile(stand.folder) + ROOM } });
    stand.town.open();
    const exit = await stand.server?.exited;
    const { stored, lost } = await stand.interrupt(() => Promise.resolve());
    t.same(exit, { code: 1, signal: null });
    t.equal(stand.server?.said.length, 2);
    t.match(stand.server?.said[1], /^backseat: the store could not write .*: File too large$/);
    t.ok(stored + lost > 0, 'with commands in flight');
  });

  await t.test('no room when it starts: one line, and exit code 1', async (t) => {
    await t.rejects(stand.start({ limits: { fileKiB: 1 } }), {
      message: /^serve ended with 1: backseat: cannot open the data folder [^;]*$/,
    });
  });

  await t.test('with room again it goes on; killed, it is killed again and again while it recovers', async (t) => {
    await stand.start();
    await stand.busy();
    await stand.interrupt(() => stand.kill());
    for (const afterMs of [0, 100, 200]) {
      const opened = openedAt(stand.folder);
      const starting = stand.start();
      await until('it opens the store', () => openedAt(stand.folder) !== opened);
      await pause(afterMs);
      await stand.kill();
      if (afterMs === 0) await t.rejects(starting, { message: /^serve ended with SIGKILL/ }, 'it did not serve yet');
      else await starting.catch(() => undefined);
    }
  });

  await t.test('everything acknowledged is there, once; every promise is kept; the books balance', async (t) => {
    await stand.start();
    const { entries } = await comeToRest(stand);
    t.ok(entries > stand.ledger.answered.length);
    t.same(stand.ledger.violations, [], `data in ${stand.folder}`);
  });
});

/** When LevelDB began to open the store the last time: it begins a new log of its own each time. */
function openedAt(folder: string): number {
  return statSync(join(folder, 'level', 'LOG'), { throwIfNoEntry: false })?.ino ?? 0;
}

/** KiB. */
function largestFile(folder: string): number {
  const level = join(folder, 'level');
  return Math.max(...readdirSync(level).map((name) => Math.ceil(statSync(join(level, name)).size / 1024)));
}
