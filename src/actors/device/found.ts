/** Finding a sale that somebody names, and what he hears when it is not to be found. */
import { refuse, type Refused } from '../runtime/definition.js';
import { own } from '../shared/own.js';
import { personOf } from './guards.js';
import type { DeviceState, Sale } from './state.js';

/** An open sale of the passenger who asks. */
export function ownSale(state: Readonly<DeviceState>, id: string, caller: string): Sale | Refused {
  const sale = own(state.sales, id);
  const closed = sale ? undefined : closedSale(state, id);
  const passenger = (sale ?? closed)?.passenger;
  // One that is not his looks like one that is not there: ids of others' sales cannot be probed.
  if (passenger === undefined || personOf(caller, 'passenger') !== passenger) return unknownSale(id);
  return sale ?? saleClosed(id, closed);
}

export function unknownSale(id: string): Refused {
  return refuse('unknown_sale', `sale ${id}: not open at this device`);
}

/** Says how a sale ended, where it is still known. */
export function saleClosed(id: string, sale: Sale | undefined): Refused {
  if (!sale) return unknownSale(id);
  return refuse('sale_closed', `sale ${id}: it is ${sale.state}`, { state: sale.state });
}

/** One of the last sales that closed. */
export function closedSale(state: Readonly<DeviceState>, id: string): Sale | undefined {
  return state.closed.find((one) => one.id === id)?.sale;
}
