/** [start-100k] From the start of the process to readiness, on the data of a large fleet, and the memory it takes. */
import { join } from 'node:path';

import { cloneStore, withFolder } from '../kit/folders.js';
import { median } from '../kit/rounds.js';
import type { Measured, Row } from '../kit/row.js';
import { Served } from '../kit/serve.js';
import type { Sizes } from '../kit/sizes.js';
import { fleet } from '../town/fleets.js';

const WITHIN_MS = 3_000;
const WITHIN_BYTES = 400_000_000;

export const start100k: Row = {
  id: 'start-100k',
  name: 'Start on the data of a large fleet with stock and sales, until it is ready',
  unit: 'ms',
  referenceName: 'the limit',
  aim: { text: 'under 3 s, resident memory under 400 MB', holds: (ours) => ours < WITHIN_MS },
  leavesOut:
    'A cold disk: the data was written a moment before. The memory is that of the started process before it serves, at ' +
    'its highest.',
  run: measure,
};

async function measure({ rounds, many }: Sizes): Promise<Measured> {
  const built = await fleet(many);
  const [ready, peaks]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    await withFolder(async (folder) => {
      const data = join(folder, 'data');
      await cloneStore(built, data);
      const ours = await Served.start(data);
      try {
        ready.push(ours.readyMs);
        peaks.push((await ours.memory()).peak);
      } finally {
        await ours.stop();
      }
    });
  }
  const peak = Math.max(...peaks);
  return {
    ours: median(ready),
    reference: WITHIN_MS,
    load: `${many} devices, each with stock, one in ten with a sale`,
    seen: `at most ${Math.round(peak / 1e6)} MB resident`,
    kept: peak < WITHIN_BYTES,
  };
}
