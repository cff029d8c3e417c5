/** [connections] As many idle devices as the machine takes: memory of each, in the process and in the kernel. */
import { join } from 'node:path';

import { connectionsThatFit } from '#built/gateway/limits/descriptors.js';
import { Child } from '../kit/child.js';
import { Ends } from '../kit/ends.js';
import { cloneStore, withFolder } from '../kit/folders.js';
import { kernelBytes } from '../kit/kernel.js';
import { told, type Measured, type Row } from '../kit/row.js';
import { Served } from '../kit/serve.js';
import type { Sizes } from '../kit/sizes.js';
import { bestTransport } from '../kit/transports.js';
import type { LinesTasks } from '../processes/lines.js';
import { fleet } from '../town/fleets.js';

/**
 * Idle devices leave memory at once, as they do after a quarter of an hour; the few actors that always have something
 * to do stay.
 */
const SOON = { BACKSEAT_IDLE_MS: '200' };
const ALWAYS = 50;
/** They come in so many parts, and what is taken is read after each. */
const PARTS = 4;
/** Files that are open beside connections. */
const SPARE = 16;

export const connections: Row = {
  id: 'connections',
  name: 'As many idle devices as the machine takes',
  unit: 'bytes resident each',
  referenceName: 'what the kernel takes for a connection: half of what both its ends do',
  aim: told,
  leavesOut:
    'The actor of a device that was used in the last quarter of an hour. What a server takes once: bytes are told between the ' +
    'first part of the devices and all. TLS, and a network. The clients speak the protocol by hand (bench/load/line.ts). What ' +
    'else the machine does moves the kernel’s number.',
  run: measure,
};

function measure({ connections: most }: Sizes): Promise<Measured> {
  const transport = bestTransport();
  const fit = connectionsThatFit();
  const count = Math.min(most, fit - SPARE);
  return withFolder((folder) =>
    Ends.with(async (ends) => {
      const data = join(folder, 'data');
      await cloneStore(await fleet(count), data);
      const [ours, ...loads] = await ends.all([
        Served.start(data, transport, SOON),
        Child.start<LinesTasks>('lines'),
        Child.start<LinesTasks>('lines'),
      ]);
      const before = await kernelBytes();
      const taken: { readonly devices: number; readonly rss: number; readonly kernel: number }[] = [];
      for (let part = 1; part <= PARTS; part++) {
        const [from, to] = [Math.floor(((part - 1) * count) / PARTS), Math.floor((part * count) / PARTS)];
        const middle = Math.floor((from + to) / 2);
        const [one, other] = loads;
        await Promise.all([
          one.ask('connect', { url: ours.url, from, to: middle }),
          other.ask('connect', { url: ours.url, from: middle, to }),
        ]);
        await ours.resting(ALWAYS);
        taken.push({ devices: to, rss: (await ours.memory()).rss, kernel: ((await kernelBytes()) - before) / 2 });
      }
      const here = await Promise.all(loads.map((load) => load.ask('here', undefined)));
      const [first, last] = [taken[0], taken.at(-1)];
      if (!first || !last) throw new Error('nothing was measured');
      return {
        ours: (last.rss - first.rss) / (last.devices - first.devices),
        reference: last.kernel / last.devices,
        load: `${here.reduce((sum, each) => sum + each)} devices on lines of their own, ${transport}`,
        seen: `${fit} connections fit into the files that the server may open`,
        curve: taken.map(({ devices, rss, kernel }) => ({
          devices,
          'resident MB': rss / 1e6,
          'kernel MB': kernel / 1e6,
          'kernel bytes each': kernel / devices,
        })),
      };
    }),
  );
}
