/** [cluster-command] A command on an actor that another node serves, beside one that this node serves. */
import { acrossAndWithin, pair, type PairLoad } from '../kit/pair.js';
import { told, type Absent, type Measured, type Row } from '../kit/row.js';
import type { Sizes } from '../kit/sizes.js';

/** Commands under way at a time. */
const IN_FLIGHT = 256;

export const clusterCommand: Row = {
  id: 'cluster-command',
  name: 'Cluster: one command on another node’s actor',
  unit: 'µs of both nodes’ processors',
  referenceName: 'the same command on an actor of the node that is asked',
  aim: told,
  leavesOut:
    'Sockets: the engine is asked as its gateway asks it. The store, which would drown the hop: it says yes at once and ' +
    'keeps nothing. The processor time of Redis, and a network: all of it runs on one machine.',
  run: measure,
};

function measure(sizes: Sizes): Promise<Measured | Absent> {
  const plan = { devices: sizes.devices, perDriver: 10, slots: 4, units: 999, passengers: 0, sellsOneIn: 0 };
  return pair(plan, async (nodes) => {
    const [here, there] = nodes;
    const commandsOn =
      (devices: readonly number[]): PairLoad =>
      (inFlight, measureMs) =>
        here.process.ask('commands', { devices, inFlight, warmMs: 0, measureMs });
    const loads = { across: commandsOn(there.devices), within: commandsOn(here.devices) };
    return {
      ...(await acrossAndWithin(nodes, sizes, IN_FLIGHT, loads)),
      load: `${IN_FLIGHT} commands in flight, over Redis`,
    };
  });
}
