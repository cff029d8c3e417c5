/** [idle-bytes] What a connected device costs in memory while it is idle, beside a bare connection. */
import { beside, type Beside } from '../kit/beside.js';
import { type Measured, type Row } from '../kit/row.js';
import type { Sizes } from '../kit/sizes.js';
import { bestTransport } from '../kit/transports.js';

/** Bytes that a device may cost beside the bare connection. */
const MORE = 6 * 1024;

export const idleBytes: Row = {
  id: 'idle-bytes',
  name: 'Memory of one idle connected device, its actor included',
  unit: 'bytes resident',
  referenceName: 'a bare socket.io connection',
  aim: { text: `at most ${MORE} bytes more`, holds: (ours, reference) => ours - reference <= MORE },
  leavesOut:
    'The kernel’s buffers of a connection, on both sides; and what a server takes once, however many connect: resident ' +
    'memory is read, after a collection of garbage, when half of the sockets are there, and again when all are.',
  run: measure,
};

function measure({ idle }: Sizes): Promise<Measured> {
  const transport = bestTransport();
  const plan = { devices: idle, perDriver: 50, slots: 4, units: 10, passengers: 0, sellsOneIn: 0 };
  const measured = async ({ ours, ourLoad, bare, bareUrl: url, bareLoad }: Beside): Promise<Measured> => {
    const half = Math.floor(idle / 2);
    // The first half of the sockets brings both servers to their size: code, caches, spare heap.
    await ourLoad.ask('idleDevices', { url: ours.url, sockets: half });
    await bareLoad.ask('bare', { url, sockets: half });
    const before = { ours: (await ours.memory()).rss, bare: await bare.ask('memory', undefined) };
    await ourLoad.ask('idleDevices', { url: ours.url, sockets: idle, from: half });
    await bareLoad.ask('bare', { url, sockets: idle - half });
    const after = { ours: (await ours.memory()).rss, bare: await bare.ask('memory', undefined) };
    return {
      ours: (after.ours - before.ours) / (idle - half),
      reference: (after.bare - before.bare) / (idle - half),
      load: `${idle - half} idle sockets beside ${half} that were there before, ${transport}`,
    };
  };
  return beside(plan, transport, measured, ['--expose-gc']);
}
