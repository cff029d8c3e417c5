/** [fanout] What one device tells, to many sockets that follow it. */
import { beside } from '../kit/beside.js';
import { inTurn } from '../kit/rounds.js';
import { atLeast, type Measured, type Row } from '../kit/row.js';
import type { Sizes } from '../kit/sizes.js';
import { bestTransport } from '../kit/transports.js';
import { street } from '../town/fleets.js';

/** Pushes under way at a time. */
const PUSHES = 8;

export const fanout: Row = {
  id: 'fanout',
  name: 'Fan-out: durable pushes to all sockets that follow a stream',
  unit: 'deliveries/s',
  referenceName: 'bare socket.io, the same bytes to a room',
  aim: atLeast(0.9),
  leavesOut:
    'A network, and slow readers. All sockets are in one process of the load, whose reading takes most of the time on ' +
    'both sides.',
  run: measure,
};

async function measure(sizes: Sizes): Promise<Measured> {
  const { rounds, warmMs, measureMs, followers } = sizes;
  const transport = bestTransport();
  return beside(await street(sizes), transport, async ({ ours, ourLoad, bareUrl, bareLoad }) => {
    await ourLoad.ask('followers', { url: ours.url, sockets: followers });
    await bareLoad.ask('bareFollowers', { url: bareUrl, sockets: followers });
    const load = { inFlight: PUSHES, warmMs, measureMs };
    const found = await inTurn(
      rounds,
      async () => (await ourLoad.ask('deliveries', load)).perSecond,
      async () => (await bareLoad.ask('deliveries', load)).perSecond,
    );
    const about = `${followers} sockets, ${PUSHES} pushes in flight, ${transport}`;
    return { ...found, load: `${about}; each push rests on a synced entry (fsync)` };
  });
}
