/** [reconnect] The server is killed and started anew, and its devices come back all at once. */
import { join } from 'node:path';

import { freePort } from '../../test/support/mongo/server.js';
import { Child } from '../kit/child.js';
import { Ends } from '../kit/ends.js';

import { cloneStore, withFolder } from '../kit/folders.js';
import type { Measured, Row } from '../kit/row.js';
import { Served } from '../kit/serve.js';
import type { Sizes } from '../kit/sizes.js';
import { bestTransport } from '../kit/transports.js';
import type { LinesTasks } from '../processes/lines.js';
import type { LoadTasks } from '../processes/load.js';
import { fleet } from '../town/fleets.js';

const WITHIN_MS = 30_000;
/** Percent of the devices. */
const BACK = 99.9;
/** ms that an answer may take for who was connected before the storm. */
const STALL_MS = 250;
/** Nobody is given up before this, ms. */
const PATIENCE_MS = 90_000;

export const reconnect: Row = {
  id: 'reconnect',
  name: 'Devices that come back all at once after the server was killed',
  unit: '% back within 30 s',
  referenceName: 'the aim',
  aim: {
    text: `at least ${BACK} %, and no answer later than ${STALL_MS} ms for who is connected already`,
    holds: (ours) => ours >= BACK,
  },
  leavesOut:
    'A network and TLS. The clients speak the protocol by hand (bench/load/line.ts), from two processes on the same cores that let ' +
    'every other process go first. Their first tries come in one moment, which is worse than what socket.io’s clients do; whoever is ' +
    'not let in tries again as those do, after 0.5 s and more.',
  run: measure,
};

function measure({ storm }: Sizes): Promise<Measured> {
  const transport = bestTransport();
  return withFolder((folder) =>
    Ends.with(async (ends) => {
      const data = join(folder, 'data');
      await cloneStore(await fleet(storm), data);
      // Known before the first start: what a killed server leaves on a port that it was given stands in the second
      // one's way.
      const port = await freePort();
      const [before, probe, ...loads] = await ends.all([
        Served.start(data, transport, {}, port),
        Child.start<LoadTasks>('load'),
        Child.start<LinesTasks>('lines'),
        Child.start<LinesTasks>('lines'),
      ]);
      for (const load of loads) load.yieldToOthers();
      const { url } = before;
      // The first device is the probe's.
      const half = Math.ceil(storm / 2);
      const [one, other] = loads;
      const parts = [
        { load: one, fleet: { url, from: 1, to: half } },
        { load: other, fleet: { url, from: half, to: storm } },
      ];
      await Promise.all(parts.map(({ load, fleet }) => load.ask('connect', fleet)));
      await before.kill();
      const after = ends.stop(await Served.start(data, transport, {}, port));
      await probe.ask('passengers', { url, passengers: 1, devices: 1 });
      await probe.ask('probe', 0);
      const times = await Promise.all(
        parts.map(({ load, fleet }) => load.ask('storm', { ...fleet, withinMs: PATIENCE_MS })),
      );
      const { count, longestMs, p99Ms } = await probe.ask('probed', undefined);
      // Before the server goes.
      await probe.stop();
      const back = times.flat().sort((a, b) => a - b);
      const within = back.filter((ms) => ms <= WITHIN_MS).length;
      const last = ((back.at(-1) ?? NaN) / 1_000).toFixed(1);
      return {
        ours: (100 * within) / (storm - 1),
        reference: BACK,
        load: `${storm - 1} devices, each logged in with its key and told of as online, ${transport}; started in ${Math.round(after.readyMs)} ms`,
        seen:
          `the last of ${back.length} was back after ${last} s; meanwhile ${count} commands of a passenger who was connected ` +
          `first: longest answer ${longestMs.toFixed(0)} ms, p99 ${p99Ms.toFixed(0)} ms`,
        kept: longestMs <= STALL_MS,
      };
    }),
  );
}
