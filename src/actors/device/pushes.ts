/**
 * What connected clients hear, each on a channel of his own: the passenger, the owner, the box. Passenger and driver
 * never learn of each other, so no push to the one holds the other's id.
 */
import type { ActorDefinition, PushBody } from '../runtime/definition.js';
import type { Json } from '../../store/ports.js';
import type { DeviceCommands } from './commands.js';
import type { DeviceEvents } from './events.js';
import type { DeviceState } from './state.js';

type Push = NonNullable<ActorDefinition<DeviceState, DeviceCommands, DeviceEvents>['push']>;

const toPassenger = (passenger: string, name: string, data: Json): PushBody => ({
  channel: `passenger.${passenger}`,
  name,
  data,
});
const toOwner = (name: string, data: Json): PushBody => ({ channel: 'owner', name, data });
const toBox = (name: string, data: Json): PushBody => ({ channel: 'box', name, data });

export const push: Push = {
  ownerChanged: () => [toOwner('owner.changed', {}), toBox('shop.changed', {})],
  deviceReleased: () => [toOwner('owner.changed', {}), toBox('shop.changed', {})],
  deviceRetired: () => [toOwner('device.retired', {}), toBox('shop.changed', {})],
  keyRenewed: () => [toOwner('device.keyRenewed', {})],
  planogramSet: () => [toBox('shop.changed', {})],
  slotsLoaded: ({ load, lines }) => [toOwner('stock.loaded', { load, lines }), toBox('shop.changed', {})],
  goodsTakenOut: () => [toBox('shop.changed', {})],

  connected: ({ fresh }, { now }) => (fresh ? [toOwner('device.online', { at: now })] : []),
  disconnected: ({ reason }, { now }) => [toOwner('device.offline', { at: now, reason })],
  faultReported: (fault, { now }) => [toOwner('device.fault', { ...fault, at: now })],
  faultCleared: (fault, { now }) => [toOwner('device.faultCleared', { ...fault, at: now })],

  paymentReady: ({ sale, passenger, payment, url, expiresAt }) => [
    toPassenger(passenger, 'sale.toPay', { sale, payment, url, expiresAt }),
  ],
  paymentRefused: ({ sale, passenger, reason }) => [toPassenger(passenger, 'sale.unpaid', { sale, reason })],
  salePaid: ({ sale, passenger, lines, until }) => [
    toPassenger(passenger, 'sale.paid', { sale, until }),
    toBox('dispense', { sale, lines, until }),
  ],
  paymentReturned: ({ sale, passenger, amount, reason }) =>
    passenger === undefined ? [] : [toPassenger(passenger, 'sale.refunded', { sale, refunded: amount, reason })],
  saleCancelled: ({ sale, passenger, expired }) => [
    toPassenger(passenger, 'sale.cancelled', { sale, reason: expired ? 'expired' : 'cancelled' }),
  ],
  saleSettled: ({ sale, passenger, amount, share, refunded, missing = [], low = [] }, { now }) => [
    toPassenger(passenger, 'sale.settled', { sale, amount, refunded, missing }),
    toOwner('sale.settled', { sale, at: now, amount, share, refunded, missing }),
    ...low.map((slot) => toOwner('stock.low', slot)),
  ],
  saleRefunded: ({ sale, passenger, refunded, missing }, { now }) => [
    toPassenger(passenger, 'sale.refunded', { sale, refunded, reason: missing[0]?.reason ?? '', missing }),
    toOwner('sale.refunded', { sale, at: now, refunded, missing }),
  ],
};
