/** [sales] Whole sales through sockets beside a third of the echo's rate: a sale is three requests, and more. */
import { beside } from '../kit/beside.js';
import { inTurn } from '../kit/rounds.js';
import { atLeast, type Measured, type Row } from '../kit/row.js';
import type { Sizes } from '../kit/sizes.js';
import { bestTransport } from '../kit/transports.js';
import { street, STREET_SLOTS } from '../town/fleets.js';

/** Requests of a sale: place, pay, report. */
const REQUESTS = 3;

export const sales: Row = {
  id: 'sales',
  name: 'Whole sales through sockets: place, pay from the balance, dispense report, settled',
  unit: 'sales/s',
  referenceName: 'a third of the bare socket.io echo’s rate',
  aim: atLeast(0.5),
  leavesOut:
    'A network, and the time that goods take to fall. Beside its three requests a sale is six entries of three actors, ' +
    'three pushes, and its part of totals and rankings; the echo does nothing of that.',
  run: measure,
};

async function measure(sizes: Sizes): Promise<Measured> {
  const { rounds, warmMs, measureMs, sockets, inFlight } = sizes;
  // As many sockets and requests under way as the echo has: half of them passengers, half devices.
  const half = Math.ceil(sockets / 2);
  const transport = bestTransport();
  return beside(await street(sizes), transport, async ({ ours, ourLoad, bareUrl, bareLoad }) => {
    const [times, chains] = [{ warmMs, measureMs }, sockets * inFlight];
    const streets = { devices: half, passengers: half, slots: STREET_SLOTS, chains };
    await ourLoad.ask('shoppers', { url: ours.url, streets });
    await bareLoad.ask('bare', { url: bareUrl, sockets });
    await ourLoad.ask('sales', times);
    const found = await inTurn(
      rounds,
      async () => (await ourLoad.ask('sales', times)).perSecond,
      () => bareLoad.ask('echoes', { ...times, inFlight, devices: half }),
    );
    return {
      ours: found.ours,
      reference: found.reference / REQUESTS,
      load: `${half} passengers’ and ${half} devices’ sockets, ${chains} sales in flight, ${transport}, every batch synced (fsync)`,
    };
  });
}
