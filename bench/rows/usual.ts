/** What usual-hot and usual-wide share: whole sales beside the usual way. */
import type { Absent, Measured, Row } from '../kit/row.js';
import type { Sizes } from '../kit/sizes.js';
import { bestTransport } from '../kit/transports.js';
import { besideUsual, times, USUAL } from '../kit/usual.js';
import type { Streets } from '../load/walk.js';

/** What a sale takes on both sides, counted in docs/flows/sale.md and in bench/peers/usual/sale.sql. */
const TAKES =
  'a sale of ours: 6 entries, 2 messages, 2 timers; of the usual way: 3 transactions of 19 statements, 3 round trips to ' +
  'PostgreSQL, 3 locks (6 commands to Redis)';

/** Sales of one passenger under way at a time: as many unpaid ones as he may have at one device of ours. */
const OF_EACH = 4;

interface Where {
  readonly text: string;
  readonly devicesOf: (sizes: Sizes) => number;
  /** Ours is to settle so many times as many. */
  readonly factor: number;
}

/** The row of a number of devices. */
export function usualRow(id: string, { text, devicesOf, factor }: Where): Row {
  return {
    id,
    name: `Beside the usual way: whole sales ${text}, place, pay from the balance, dispense report`,
    unit: 'settled sales/s',
    referenceName: USUAL,
    aim: times(factor),
    leavesOut:
      'A network, and the time that goods take to fall. The usual way is spared what ours does beside: pushes to the box and ' +
      'the passenger (its load reports as soon as it has paid), expiry, recovery of what a crash cut between PostgreSQL and Redis.',
    run: (sizes) => measure(devicesOf(sizes), sizes),
  };
}

async function measure(devices: number, sizes: Sizes): Promise<Measured | Absent> {
  const passengers = sizes.sockets;
  // One device has as much in it as the run sells.
  const streets: Streets = { devices, passengers, slots: devices === 1 ? 60 : 8, chains: passengers * OF_EACH };
  const { slots } = streets;
  const found = await besideUsual(
    {
      town: { devices, passengers, slots, perDriver: 10, units: 999, sellsOneIn: 0 },
      ours: (load, url) => load.ask('shoppers', { url, streets }),
      usual: (load, door) => load.ask('customers', { door, streets }),
    },
    sizes,
  );
  if ('absent' in found) return found;
  return {
    ...found,
    load: `${passengers} passengers, ${streets.chains} sales in flight, ${bestTransport()}; both synced`,
    seen: `${found.seen}; ${TAKES}`,
  };
}
