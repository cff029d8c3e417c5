/** [cluster-push] A push to a socket on another node, beside one on the node that serves the actor. */
import { Child } from '../kit/child.js';
import { acrossAndWithin, pair, type PairLoad } from '../kit/pair.js';
import { told, type Absent, type Measured, type Row } from '../kit/row.js';
import type { Sizes } from '../kit/sizes.js';
import type { LoadTasks } from '../processes/load.js';

/** Pushes under way at a time. */
const PUSHES = 24;
/** Devices, so that each node serves some. */
const DEVICES = 16;

export const clusterPush: Row = {
  id: 'cluster-push',
  name: 'Cluster: a push that is heard on another node',
  unit: 'µs of both nodes’ processors',
  referenceName: 'the same push heard on the node that serves the actor',
  aim: told,
  leavesOut:
    'Many followers: it is one socket that hears, so that sending to sockets does not drown the hop (see fanout; a push ' +
    'goes once to a node, however many follow it there). In both numbers: the device’s request over its own socket, and ' +
    'its turn. The store, which keeps nothing, the processor time of Redis, and a network.',
  run: measure,
};

function measure(sizes: Sizes): Promise<Measured | Absent> {
  const plan = { devices: DEVICES, perDriver: 1, slots: 1, units: 1, passengers: 0, sellsOneIn: 0 };
  return pair(plan, async (nodes, ends) => {
    const [owner, other] = nodes;
    const [first = 0, second = 0] = owner.devices;
    const heardOn = async (url: string, device: number): Promise<PairLoad> => {
      const load = ends.stop(await Child.start<LoadTasks>('load'));
      await load.ask('followers', { url, sockets: 1, device, deviceUrl: owner.url });
      return (inFlight, measureMs) => load.ask('deliveries', { inFlight, warmMs: 0, measureMs });
    };
    // A device has one socket, so each load has a device of its own.
    const loads = { across: await heardOn(other.url, first), within: await heardOn(owner.url, second) };
    return {
      ...(await acrossAndWithin(nodes, sizes, PUSHES, loads)),
      load: `1 socket, ${PUSHES} pushes in flight, over Redis`,
    };
  });
}
