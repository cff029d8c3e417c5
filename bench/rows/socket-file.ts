/**
 * [socket-file] One durable command over a socket, beside the least that durable can mean: bytes at the end of a file.
 */
import { join } from 'node:path';

import { Child } from '../kit/child.js';
import { Ends } from '../kit/ends.js';
import { cloneStore, withFolder } from '../kit/folders.js';
import { inTurn } from '../kit/rounds.js';
import { atLeast, type Measured, type Row } from '../kit/row.js';
import { Served } from '../kit/serve.js';
import type { Sizes } from '../kit/sizes.js';
import { bestTransport } from '../kit/transports.js';
import type { EngineTasks } from '../processes/engine.js';
import type { LoadTasks, SocketLoad } from '../processes/load.js';
import { street } from '../town/fleets.js';

export const socketFile: Row = {
  id: 'socket-file',
  name: 'Socket: one durable command, and a file',
  unit: 'commands/s',
  referenceName: 'a bare file: the same bytes appended, as many callers waiting, group commit by fdatasync',
  aim: atLeast(0.8),
  leavesOut:
    'All that the file cannot do: it has no sockets, decides nothing, and finds nothing again. A network: all runs on one ' +
    'machine, and the load takes a core of it.',
  run: measure,
};

function measure(sizes: Sizes): Promise<Measured> {
  const { rounds, warmMs, measureMs, sockets, inFlight, devices } = sizes;
  const transport = bestTransport();
  const all = sockets * inFlight;
  return withFolder((folder) =>
    Ends.with(async (ends) => {
      const [town, copy] = [join(folder, 'town'), join(folder, 'copy')];
      const built = await street(sizes);
      await cloneStore(built, town);
      await cloneStore(built, copy);
      const engine = ends.stop(await Child.start<EngineTasks>('engine'));
      await engine.ask('open', { town: copy, bareFile: join(folder, 'file') });
      const { url } = ends.stop(await Served.start(town, transport));
      const clients = ends.stop(await Child.start<LoadTasks>('load'));
      await clients.ask('passengers', { url, passengers: sockets, devices });
      const load: SocketLoad = { inFlight, devices, warmMs, measureMs };
      await clients.ask('commands', load);
      const found = await inTurn(
        rounds,
        () => clients.ask('commands', load),
        () => engine.ask('bare', { ...load, inFlight: all }),
      );
      return { ...found, load: `${sockets} sockets, ${all} commands in flight, ${transport}, every batch synced` };
    }),
  );
}
