/**
 * A node that starts reads some views as a whole. One that is damaged would keep it from starting for good, since it is
 * a running node that rebuilds views: so it is rebuilt here, from the journal, which is the truth.
 */
import type { Log } from '../gateway/log.js';
import { rebuildView, type RebuildTools } from '../jobs/views.js';
import { StoreDamaged } from '../store/ports.js';

/** Reads by `read`, and once more when a view was damaged and could be rebuilt; else it rejects as `read` does. */
export async function readMended(
  read: () => Promise<unknown>,
  tools: RebuildTools,
  log: Pick<Log, 'warn'>,
): Promise<void> {
  for (;;) {
    try {
      await read();
      return;
    } catch (error) {
      const damaged = [...(tools.store.views.damaged ?? [])];
      if (!(error instanceof StoreDamaged) || damaged.length === 0) throw error;
      for (const name of damaged) {
        const rows = await rebuildView(name, tools);
        if (typeof rows !== 'number') throw error;
        log.warn(`the view ${name} was damaged, and is rebuilt with ${rows} rows`);
      }
    }
  }
}
