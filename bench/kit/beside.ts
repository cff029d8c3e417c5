/** Ours beside a bare server on the same transport, each in a process of its own with a load of its own. */
import { join } from 'node:path';

import type { EchoTasks } from '../processes/echo.js';
import type { LoadTasks } from '../processes/load.js';
import { Child } from './child.js';
import { Ends } from './ends.js';
import { cloneStore, withFolder } from './folders.js';
import { Served, type ServedBy } from './serve.js';

export interface Beside {
  /** Serves the town. */
  readonly ours: Served;
  readonly ourLoad: Child<LoadTasks>;
  readonly bare: Child<EchoTasks>;
  readonly bareUrl: string;
  readonly bareLoad: Child<LoadTasks>;
}

/**
 * Starts both sides for the time that `work` takes, ours on a copy of a built town; `flags` are Node's, for the bare
 * server, and `settings` are ours.
 */
export function beside<T>(
  built: string,
  transport: Exclude<ServedBy, 'auto'>,
  work: (sides: Beside) => Promise<T>,
  flags: readonly string[] = [],
  settings: NodeJS.ProcessEnv = {},
): Promise<T> {
  return withFolder(async (folder) => {
    const data = join(folder, 'data');
    await cloneStore(built, data);
    return Ends.with(async (ends) => {
      const [ours, bare, ourLoad, bareLoad] = await ends.all([
        Served.start(data, transport, settings),
        Child.start<EchoTasks>('echo', flags),
        Child.start<LoadTasks>('load'),
        Child.start<LoadTasks>('load'),
      ]);
      return work({ ours, ourLoad, bare, bareUrl: await bare.ask('listen', transport), bareLoad });
    });
  });
}
