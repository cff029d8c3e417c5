/**
 * What engine-hot and engine-wide share: the engine in turn with the bare store, which writes what the engine wrote.
 */
import { join } from 'node:path';

import { Child } from '../kit/child.js';
import { cloneStore, withFolder } from '../kit/folders.js';
import { inTurn } from '../kit/rounds.js';
import { atLeast, type Measured, type Row } from '../kit/row.js';
import type { Sizes } from '../kit/sizes.js';
import type { EngineLoad, EngineTasks } from '../processes/engine.js';
import { fleet } from '../town/fleets.js';

/** Commands under way at a time. */
const IN_FLIGHT = 1_024;

/** The row of a number of actors. */
export function engineRow(id: string, actorsOf: (sizes: Sizes) => number, text: string): Row {
  return {
    id,
    name: `Engine: ${text}`,
    unit: 'durable entries/s',
    referenceName: 'bare LevelDB that writes the same keys and bytes, with as many callers waiting',
    aim: atLeast(0.5),
    leavesOut:
      'Sockets, log-in and validation (see the socket rows). The asker sits in the engine’s process. The bare store writes ' +
      'all that the engine wrote: entries, command keys, markers and flush records in synced batches, rows, index keys and ' +
      'snapshots in unsynced ones. It looks nothing up.',
    run: (sizes) => measure(actorsOf(sizes), sizes),
  };
}

function measure(devices: number, { rounds, warmMs, measureMs, actors }: Sizes): Promise<Measured> {
  return withFolder(async (folder) => {
    const [town, bareFolder] = [join(folder, 'town'), join(folder, 'bare')];
    await cloneStore(await fleet(actors), town);
    const child = await Child.start<EngineTasks>('engine');
    try {
      const load: EngineLoad = { devices, inFlight: IN_FLIGHT, warmMs, measureMs };
      await child.ask('open', { town, bareFolder });
      await child.ask('ours', load);
      await child.ask('bare', load);
      const found = await inTurn(
        rounds,
        () => child.ask('ours', load),
        () => child.ask('bare', load),
      );
      await child.ask('close', undefined);
      const asked = devices === 1 ? '1 actor' : `${devices} actors`;
      return { ...found, load: `${asked}, ${IN_FLIGHT} commands in flight, every batch synced (fsync)` };
    } finally {
      await child.stop();
    }
  });
}
