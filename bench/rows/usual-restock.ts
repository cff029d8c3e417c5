/** [usual-restock] Whole restocks at one station. */
import type { Absent, Measured, Row } from '../kit/row.js';
import type { Sizes } from '../kit/sizes.js';
import { bestTransport } from '../kit/transports.js';
import { besideUsual, times, USUAL } from '../kit/usual.js';

/** What a restock takes on both sides, counted in docs/flows/restock.md and in bench/peers/usual/restock.sql. */
const TAKES =
  'a restock of ours: 12 entries, 4 messages, 3 timers; of the usual way: 5 transactions of 22 statements, 5 round trips to ' +
  'PostgreSQL, 5 locks (10 commands to Redis)';

export const usualRestock: Row = {
  id: 'usual-restock',
  name: 'Beside the usual way: whole restocks at one station, check out, pay, accept, make ready, hand over',
  unit: 'restocks/s',
  referenceName: USUAL,
  aim: times(5),
  leavesOut:
    'A network, and people. The usual way is spared the cart (its load names the lines as it checks out), pushes to the driver ' +
    'and the station, expiry, refused lines, totals of the station and rankings.',
  run: measure,
};

async function measure(sizes: Sizes): Promise<Measured | Absent> {
  const drivers = sizes.sockets;
  const found = await besideUsual(
    {
      town: { devices: drivers, perDriver: 1, passengers: 0, slots: 2, units: 1, sellsOneIn: 0 },
      ours: (load, url) => load.ask('drivers', { url, drivers }),
      usual: (load, door) => load.ask('carters', { door, drivers }),
    },
    sizes,
  );
  if ('absent' in found) return found;
  return {
    ...found,
    load: `${drivers} drivers, one order of each in flight, ${bestTransport()}; both synced`,
    seen: `${found.seen}; ${TAKES}`,
  };
}
