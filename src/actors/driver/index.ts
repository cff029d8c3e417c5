/**
 * The driver: his profile, his cart over several stations, the goods that he carries, his figures.
 *
 * Boundary: an order lives at its station, which knows the price and holds the money; a device knows
 * its owner and its slots; the money is in his wallet. Here is what lies between them.
 * Keeps: R1, R9 (stations and devices are told by message), B2 and B3 for what he carries.
 *
 * Stream `driver:<key>/me`, the driver's own: `restock.placed`, `restock.refused` (what a station
 * answered), `goods.received`, `goods.loaded`.
 */
import { defineActor, type ActorDefinition } from '../runtime/definition.js';
import type { Json } from '../../store/ports.js';
import { restocksCollection } from '../shared/restocks.js';
import type { Terms } from '../terms.js';
import type { DriverCommands } from './commands.js';
import { checkOut, giveUpRestock, restockAnswered, setCartLine, setProfile } from './decide-cart.js';
import { load, loadAnswered, receiveGoods } from './decide-goods.js';
import type { DriverEvents } from './events.js';
import { evolve } from './evolve.js';
import { readsOf, type DriverReads } from './reads.js';
import { initialDriver, type DriverState } from './state.js';
import { rows } from './views.js';

type Definition = ActorDefinition<DriverState, DriverCommands, DriverEvents, DriverReads>;

export function driverActor(terms: Pick<Terms, 'zone' | 'currency'>): Definition {
  return defineActor<DriverState, DriverCommands, DriverEvents, DriverReads>({
    kind: 'driver',
    version: 1,
    initial: initialDriver,
    decide: {
      setProfile,
      setCartLine,
      checkOut,
      restockAnswered: restockAnswered(terms),
      giveUpRestock: giveUpRestock(terms),
      receiveGoods: receiveGoods(terms),
      load,
      loadAnswered,
    },
    evolve,
    reads: readsOf(terms),
    push: {
      restockTaken: (data) => toHim('restock.placed', data),
      restockNotTaken: ({ restock, station, reason, message }) =>
        toHim('restock.refused', { restock, station, reason, message }),
      goodsReceived: ({ restock, stationName, lines }) => toHim('goods.received', { restock, stationName, lines }),
      loadEnded: (data) => toHim('goods.loaded', data),
    },
    rows,
    collections: [restocksCollection.name],
  });
}

function toHim(name: string, data: Json) {
  return [{ channel: 'me', name, data }];
}
