/**
 * The device: a shop in a car. It owns the stock in its slots, the sales that are open, the money held for them and
 * its own totals; each sale is placed, paid, dispensed and settled by turns of this one actor (docs/flows/sale.md).
 *
 * Boundary: the passenger's and the driver's money is their wallets', a provider's is a payment's, what the driver
 * carries is the driver's; they are told and they answer by messages.
 *
 *   B1 to B3 are kept here, each where it is cited. A sale ends once: it leaves `sales` in the entry that ends it.
 */
import { defineActor } from '../runtime/definition.js';
import type { Terms } from '../terms.js';
import type { DeviceCommands, DeviceReads } from './commands.js';
import { dispenseOverdue, reportDispense } from './dispensing.js';
import type { DeviceEvents } from './events.js';
import { evolveDevice } from './evolve.js';
import { evolveSales } from './evolve-sales.js';
import { claim, register, release, renewKey, retire, showCode, transfer } from './ownership.js';
import { chargeAnswered, paymentArrived, paymentFailed, paymentOpened, paySale } from './paying.js';
import { cameOnline, clearFault, reportFault, wentOffline } from './presence.js';
import { push } from './pushes.js';
import { reads } from './reads.js';
import { cancelSale, expireSale, placeSale } from './sales.js';
import { emptyDevice, type DeviceState } from './state.js';
import { loadSlots, setPlanogram, takeOut } from './stock.js';
import { sweepFees, tellRankings } from './telling.js';
import { devicesCollection, rows, salesCollection } from './views.js';

export function deviceActor(terms: Terms) {
  return defineActor<DeviceState, DeviceCommands, DeviceEvents, DeviceReads>({
    kind: 'device',
    version: 1,
    initial: emptyDevice,
    decide: {
      register: register(terms),
      showCode,
      claim,
      transfer,
      release,
      retire,
      renewKey,
      setPlanogram,
      loadSlots,
      takeOut,
      cameOnline,
      wentOffline,
      reportFault,
      clearFault,
      placeSale: placeSale(terms),
      paySale: paySale(terms),
      cancelSale,
      expireSale,
      chargeAnswered: chargeAnswered(terms),
      paymentArrived: paymentArrived(terms),
      paymentOpened,
      paymentFailed,
      reportDispense: reportDispense(terms),
      dispenseOverdue,
      tellRankings,
      sweepFees,
    },
    evolve: { ...evolveDevice, ...evolveSales },
    reads: reads(terms),
    push,
    rows,
    collections: [devicesCollection.name, salesCollection.name],
  });
}
