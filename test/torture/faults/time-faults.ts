/** Faults of time: the clock is set, the process stands still. */
import { setTimeout as pause } from 'node:timers/promises';

import type { Fault } from './fault.js';
import { BLOCKED_MS } from './ground.js';

const HOUR_MS = 3_600_000;

export const clock: Fault = {
  name: 'clock',
  expected: 'everything goes on while it is an hour behind, over a restart too; the log and /health tell',
  async strike(ground) {
    const { shim } = ground;
    await ground.busy();
    shim.set('clockMs', -HOUR_MS);
    const told = [await ground.tells(/the clock of this machine was set back by 3[56]\d\d\.\d s/)];
    await ground.goesOn();
    const { stored, lost } = await ground.restart();
    await ground.goesOn();
    told.push(await ground.tells(/the clock of this machine is behind: entries are up to 3[56]\d\d\.\d s ahead of it/));
    shim.set('clockMs', 0);
    told.push(await ground.tells(/the clock of this machine was set forward by 3[56]\d\d\.\d s/));
    await ground.goesOn();
    return { stored, lost, told };
  },
};

export const stall: Fault = {
  name: 'stall',
  expected:
    'nobody is disconnected, and everything goes on; the log and /health tell for how long, and whose doing it was',
  async strike(ground) {
    const { stand } = ground;
    await ground.busy();
    stand.server?.signal('SIGUSR2');
    const told = [await ground.tells(/the node stood still for \d+\.\d s, by work of its own/)];
    await ground.goesOn();
    stand.server?.signal('SIGSTOP');
    await pause(2 * BLOCKED_MS);
    stand.server?.signal('SIGCONT');
    told.push(await ground.tells(/the node stood still for \d+\.\d s, by others: it had \d+\.\d s of processor time/));
    await ground.goesOn();
    if (stand.town.callers.some(({ connected }) => !connected)) stand.ledger.violation('a line went down');
    return { stored: 0, lost: 0, told };
  },
};
