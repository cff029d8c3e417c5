/** [growth-100k] What grows with the number of registered devices, and what does not: a curve over fleets. */
import { join } from 'node:path';

import { Child } from '../kit/child.js';
import { Ends } from '../kit/ends.js';
import { cloneStore, withFolder } from '../kit/folders.js';
import { median } from '../kit/rounds.js';
import type { Measured, Row } from '../kit/row.js';
import { startOn } from '../kit/start.js';
import type { Sizes } from '../kit/sizes.js';
import type { EngineTasks } from '../processes/engine.js';
import { fleet } from '../town/fleets.js';

/** Commands under way at a time. */
const IN_FLIGHT = 1_024;
/** Devices that are read cold, at most. */
const READS = 500;

const WITHIN = 1.2;
const START_MS = 5_000;
const COLD_MICROS = 1_000;

export const growth100k: Row = {
  id: 'growth-100k',
  name: 'Growth: one durable command with a large fleet registered',
  unit: 'µs',
  referenceName: 'the same with a small fleet',
  aim: {
    text: `ratio at most ${WITHIN}, start under 5 s, cold activation under 1 ms`,
    holds: (ours, reference) => ours / reference <= WITHIN,
  },
  leavesOut:
    'Sockets. Commands go to as many devices in each fleet, those of the smallest: what grows is what is registered, not what ' +
    'is active. A cold disk: LevelDB reads what the system has in memory. The memory is that of a server that has just started.',
  run: measure,
};

/** One fleet, open, and what was found of it so far. */
interface Point {
  readonly devices: number;
  readonly built: string;
  readonly child: Child<EngineTasks>;
  readonly cold: { readonly median: number; readonly p99: number };
  readonly cost: number[];
}

function measure({ rounds, warmMs, measureMs, fleets }: Sizes): Promise<Measured> {
  const active = fleets[0] ?? 0;
  const load = { devices: active, inFlight: IN_FLIGHT, warmMs, measureMs };
  return withFolder((folder) =>
    Ends.with(async (ends) => {
      const points: Point[] = [];
      for (const devices of fleets) {
        const built = await fleet(devices);
        const town = join(folder, String(devices));
        await cloneStore(built, town);
        const child = ends.stop(await Child.start<EngineTasks>('engine'));
        await child.ask('open', { town });
        const cold = await child.ask('cold', { devices, reads: Math.min(READS, Math.floor(devices / 2)) });
        await child.ask('cost', load);
        points.push({ devices, built, child, cold, cost: [] });
      }
      for (let round = 0; round < rounds; round++) {
        for (const { child, cost } of points) cost.push(await child.ask('cost', load));
      }
      const curve = [];
      for (const point of points) curve.push(await lineOf(point));
      const [first, last] = [curve[0], curve.at(-1)];
      if (!first || !last) throw new Error('there must be a fleet');
      return {
        ours: last['µs a command'],
        reference: first['µs a command'],
        load: `${active} of the devices of each fleet, ${IN_FLIGHT} commands in flight, synced (fsync)`,
        curve,
        kept: last['start ms'] < START_MS && last['cold µs'] < COLD_MICROS,
      };
    }),
  );
}

async function lineOf({ devices, built, child, cold, cost }: Point) {
  const rebuildMs = await child.ask('rebuild', undefined);
  const { readyMs, memory } = await startOn(built);
  return {
    devices,
    'µs a command': median(cost),
    'start ms': readyMs,
    'resident MB': memory.rss / 1e6,
    'cold µs': cold.median,
    'cold p99 µs': cold.p99,
    'rebuild ms': rebuildMs,
  };
}
