/** [idle-bytes] What a connected device costs in memory while it is idle, beside a bare connection. */
import { beside, type Beside } from '../kit/beside.js';
import { type Measured, type Row } from '../kit/row.js';
import type { Sizes } from '../kit/sizes.js';
import { bestTransport } from '../kit/transports.js';
import { fleet } from '../town/fleets.js';

/** Bytes that a device may cost beside the bare connection. */
const MORE = 6 * 1024;
/**
 * Idle devices leave memory, as they do after a quarter of an hour; the few actors that always have something to do
 * stay.
 */
const SOON = { BACKSEAT_IDLE_MS: '200' };
const ALWAYS = 50;
/** The sockets come in so many parts; the first ones bring both servers to their size: code, caches, spare heap. */
const SLICES = 8;
const WARM = 3;

export const idleBytes: Row = {
  id: 'idle-bytes',
  name: 'Memory of one connected device that has been idle for a while',
  unit: 'bytes resident',
  referenceName: 'a bare socket.io connection',
  aim: { text: `at most ${MORE} bytes more`, holds: (ours, reference) => ours - reference <= MORE },
  leavesOut:
    'The actor of a device that was used in the last quarter of an hour (BACKSEAT_IDLE_MS), some 5 KB; the kernel’s buffers of a ' +
    'connection, on both sides; and what a server takes once, however many connect: the store’s buffers and cache, by its own ' +
    'word, and what is there when three eighths of the sockets are: resident memory is read then, after collections of ' +
    'garbage, and again when all are there.',
  run: measure,
};

async function measure({ idle, fleets }: Sizes): Promise<Measured> {
  const transport = bestTransport();
  const measured = async ({ ours, ourLoad, bare, bareUrl: url, bareLoad }: Beside): Promise<Measured> => {
    const slice = Math.floor(idle / SLICES);
    const taken: { readonly ours: number; readonly bare: number }[] = [];
    for (let there = slice; there <= slice * SLICES; there += slice) {
      await Promise.all([
        ourLoad.ask('idle', { url: ours.url, from: there - slice, to: there }),
        bareLoad.ask('idle', { url, from: there - slice, to: there, bare: true }),
      ]);
      await ours.resting(ALWAYS);
      const { rss } = await ours.memory();
      const { store_bytes: buffers } = await ours.gauges(['store_bytes']);
      taken.push({ ours: rss - buffers, bare: await bare.ask('memory', undefined) });
    }
    const [before, after] = [taken[WARM - 1], taken[SLICES - 1]];
    if (!before || !after) throw new Error('nothing was measured');
    const counted = slice * (SLICES - WARM);
    return {
      ours: (after.ours - before.ours) / counted,
      reference: (after.bare - before.bare) / counted,
      load: `${counted} idle sockets beside ${slice * WARM} that were there before, ${transport}`,
    };
  };
  // One that another row needs, too: a town takes longer to build than to measure.
  const devices = fleets.find((count) => count >= idle) ?? idle;
  return beside(await fleet(devices), transport, measured, ['--expose-gc'], SOON);
}
