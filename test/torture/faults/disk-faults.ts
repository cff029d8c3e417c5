/** Faults of the disk: what was not synced is gone, it cannot sync, it has no room. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Fault } from './fault.js';
import { noMount } from './ground.js';

/** A piece of what fills the disk. */
const PIECE = Buffer.alloc(1 << 20);

export const power: Fault = {
  name: 'power',
  happens: '`kill -9`, and what was not synced is gone from the disk',
  expected: 'the next start serves all that was acknowledged, and warns that the stop was not in order',
  async strike(ground) {
    const { stand } = ground;
    await ground.busy();
    let cut = '';
    const { stored, lost } = await stand.interrupt(async () => {
      await stand.kill();
      const { files, bytes, names } = ground.cutPower();
      cut = `${bytes} bytes of ${files} files and ${names} names gone`;
    });
    await ground.start();
    const warned = stand.server?.logged.some((line) => /the store was not stopped in order/.test(line)) ?? false;
    if (!warned) stand.ledger.violation('the start after a power cut warned of nothing');
    return { stored, lost, told: [cut] };
  },
};

export const sync: Fault = {
  name: 'sync',
  happens: 'each `fdatasync` fails with EIO; what was not synced is gone, too',
  expected: 'one line, exit code 1, nothing of the batch acknowledged; the next start goes on',
  async strike(ground) {
    const { stand, shim } = ground;
    await ground.busy();
    shim.refuse('sync');
    const told = await ground.ends(/^backseat: the store could not write and sync a flush: .*Input\/output error$/);
    // What could not be synced is on no disk.
    const { stored, lost } = await stand.interrupt(async () => {
      ground.cutPower();
    });
    shim.refuse(undefined);
    await ground.start();
    return { stored, lost, told: [told] };
  },
};

export const disk: Fault = {
  name: 'disk',
  happens: 'a small disk (tmpfs) that is filled',
  expected: 'one line, exit code 1; with room again the next start goes on',
  cannot: noMount,
  async strike(ground) {
    const { stand, shim } = ground;
    await ground.busy();
    const ballast = join(shim.folder, 'ballast');
    while (await grow(ballast));
    const told = await ground.ends(/^backseat: the store could not [a-z ]+: .*No space left on device$/);
    await rm(ballast);
    const { stored, lost } = await stand.interrupt(async () => undefined);
    await ground.start();
    return { stored, lost, told: [told] };
  },
};

/** Takes more of the disk's room; false when there is none. */
async function grow(ballast: string): Promise<boolean> {
  try {
    await writeFile(ballast, PIECE, { flag: 'a' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return false;
    throw error;
  }
}
