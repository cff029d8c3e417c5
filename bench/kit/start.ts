/** A start of ours on data that is kept: on a copy, and ended at once. */
import { join } from 'node:path';

import { cloneStore, withFolder } from './folders.js';
import { Served, type Memory } from './serve.js';

/** ms until it was ready, and its memory then. */
export function startOn(built: string): Promise<{ readonly readyMs: number; readonly memory: Memory }> {
  return withFolder(async (folder) => {
    const data = join(folder, 'data');
    await cloneStore(built, data);
    const ours = await Served.start(data);
    try {
      return { readyMs: ours.readyMs, memory: await ours.memory() };
    } finally {
      await ours.stop();
    }
  });
}
