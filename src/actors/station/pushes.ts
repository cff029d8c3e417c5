/**
 * What connected clients hear of a station.
 *
 *   orders         the station's people and the platform: every change of every order. Of the driver
 *                  only the name that he shows, and whether a code was tried; never the code itself.
 *   driver.<dr_…>  one driver: his own orders here, with his pick-up code.
 */
import type { ActorDefinition, PushBody } from '../runtime/definition.js';
import type { Json } from '../../store/ports.js';
import type { StationCommands } from './commands.js';
import type { StationEvents } from './events.js';
import type { StationState } from './state.js';

type Pushes = NonNullable<ActorDefinition<StationState, StationCommands, StationEvents>['push']>;

export const push: Pushes = {
  restockPlaced: ({ driver, ...data }) => both(driver, 'restock.placed', { ...data, state: 'to_pay' }),
  paymentStarted: ({ driver, ...data }) => [toDriver(driver, 'restock.paying', data)],
  paymentFailed: ({ driver, ...data }) => [toDriver(driver, 'restock.unpaid', data)],
  restockPaid: ({ driver, ...data }) => both(driver, 'restock.paid', { ...data, state: 'to_prepare' }),
  paymentReturned: ({ driver, ...data }) =>
    driver === undefined ? [] : [toDriver(driver, 'restock.paymentReturned', data)],
  restockCancelled: ({ driver, restock, reason }) =>
    both(driver, 'restock.cancelled', { restock, reason, state: 'cancelled' }),
  restockAccepted({ driver, restock, accepted, released, amount, refunded, currency, code }) {
    const data = { restock, accepted, refused: released, amount, refunded, currency, state: 'to_prepare' };
    return [toStation('restock.accepted', data), toDriver(driver, 'restock.accepted', { ...data, code })];
  },
  restockRefused: ({ driver, restock, reason, refunded, currency }) =>
    both(driver, 'restock.refused', { restock, reason, refunded, currency, state: 'refused' }),
  restockReady: ({ driver, restock }) => both(driver, 'restock.ready', { restock, state: 'ready' }),
  pickUpCodeRenewed: ({ driver, restock, code }) => [
    toStation('restock.codeRenewed', { restock }),
    toDriver(driver, 'restock.codeRenewed', { restock, code }),
  ],
  wrongCodeShown: (data) => [toStation('restock.wrongCode', data)],
  restockPickedUp: ({ driver, restock, accepted }) =>
    both(driver, 'restock.pickedUp', { restock, accepted, state: 'picked_up' }),
};

function toStation(name: string, data: Json): PushBody {
  return { channel: 'orders', name, data };
}

function toDriver(driver: string, name: string, data: Json): PushBody {
  return { channel: `driver.${driver}`, name, data };
}

function both(driver: string, name: string, data: Json): PushBody[] {
  return [toStation(name, data), toDriver(driver, name, data)];
}
