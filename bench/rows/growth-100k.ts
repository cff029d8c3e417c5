/** [growth-100k] What a command costs when a hundred times as many devices are registered. */
import { join } from 'node:path';

import { Child } from '../kit/child.js';
import { cloneStore, withFolder } from '../kit/folders.js';
import { inTurn } from '../kit/rounds.js';
import { within, type Measured, type Row } from '../kit/row.js';
import type { Sizes } from '../kit/sizes.js';
import type { EngineLoad, EngineTasks } from '../processes/engine.js';
import { fleet } from '../town/fleets.js';

/** Commands under way at a time. */
const IN_FLIGHT = 1_024;

export const growth100k: Row = {
  id: 'growth-100k',
  name: 'Growth: one durable command with a large fleet registered',
  unit: 'µs',
  referenceName: 'the same with a small fleet',
  aim: within(1.2),
  leavesOut:
    'Sockets. Commands go to as many devices on both sides, those of the small fleet: what grows is what is registered, ' +
    'not what is active. An actor’s first command, which reads its past.',
  run: measure,
};

async function measure({ rounds, warmMs, measureMs, few, many }: Sizes): Promise<Measured> {
  const fleets = [await fleet(many), await fleet(few)];
  return withFolder(async (folder) => {
    const children: Child<EngineTasks>[] = [];
    const load: EngineLoad = { devices: few, inFlight: IN_FLIGHT, warmMs, measureMs };
    const open = async (built: string, number: number): Promise<() => Promise<number>> => {
      const town = join(folder, String(number));
      await cloneStore(built, town);
      const child = await Child.start<EngineTasks>('engine');
      children.push(child);
      await child.ask('open', { town });
      await child.ask('cost', load);
      return () => child.ask('cost', load);
    };
    try {
      const [ours, reference] = await Promise.all(fleets.map(open));
      if (!ours || !reference) throw new Error('both fleets must be open');
      const found = await inTurn(rounds, ours, reference);
      return {
        ...found,
        load: `${few} of ${many} and of ${few} devices, ${IN_FLIGHT} commands in flight, synced (fsync)`,
      };
    } finally {
      await Promise.all(children.map((child) => child.stop()));
    }
  });
}
