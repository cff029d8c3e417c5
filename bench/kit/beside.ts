/** Ours beside a bare server on the same transport, each in a process of its own with a load of its own. */
import type { EchoTasks } from '../processes/echo.js';
import type { LoadTasks } from '../processes/load.js';
import { buildTown, type TownPlan } from '../town/index.js';
import { Child } from './child.js';
import { Ends } from './ends.js';
import { withFolder } from './folders.js';
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
 * Builds the town and starts both sides for the time that `work` takes; `flags` are Node's, for the bare server, and
 * `settings` are ours.
 */
export function beside<T>(
  plan: TownPlan,
  transport: Exclude<ServedBy, 'auto'>,
  work: (sides: Beside) => Promise<T>,
  flags: readonly string[] = [],
  settings: NodeJS.ProcessEnv = {},
): Promise<T> {
  return withFolder(async (folder) => {
    await buildTown(folder, plan);
    return Ends.with(async (ends) => {
      const ours = ends.stop(await Served.start(folder, transport, settings));
      const bare = ends.stop(await Child.start<EchoTasks>('echo', flags));
      const ourLoad = ends.stop(await Child.start<LoadTasks>('load'));
      const bareLoad = ends.stop(await Child.start<LoadTasks>('load'));
      return work({ ours, ourLoad, bare, bareUrl: await bare.ask('listen', transport), bareLoad });
    });
  });
}
