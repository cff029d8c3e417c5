/** Devices on lines of their own, in a process of their own: as many as the process may open files. */
import { serveTasks } from '../kit/child.js';
import { Lines, type Fleet } from '../load/lines.js';

/** Devices that connect at a time, where they do not all come at once. */
const AT_ONCE = 64;

const lines = new Lines();

const tasks = {
  connect: (fleet: Fleet): Promise<void> => lines.connect(fleet, AT_ONCE),
  /** How many are connected now. */
  here: (): number => lines.here,
  /** See Lines.storm. */
  storm: ({ withinMs, ...fleet }: Fleet & { readonly withinMs: number }): Promise<readonly number[]> =>
    lines.storm(fleet, withinMs),
};

export type LinesTasks = typeof tasks;

serveTasks(tasks);
