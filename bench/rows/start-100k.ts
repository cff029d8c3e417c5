/** [start-100k] From the start of the process to readiness, on the data of a large fleet, and the memory it takes. */
import { median } from '../kit/rounds.js';
import type { Measured, Row } from '../kit/row.js';
import { startOn } from '../kit/start.js';
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
  const starts = [];
  for (let round = 0; round < rounds; round++) starts.push(await startOn(built));
  const peak = Math.max(...starts.map(({ memory }) => memory.peak));
  return {
    ours: median(starts.map(({ readyMs }) => readyMs)),
    reference: WITHIN_MS,
    load: `${many} devices, each with stock, one in ten with a sale`,
    seen: `at most ${Math.round(peak / 1e6)} MB resident`,
    kept: peak < WITHIN_BYTES,
  };
}
