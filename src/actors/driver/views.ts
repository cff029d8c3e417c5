/**
 * What the views keep of a driver's actor: the row of an order that its station refused to take. One that was
 * given up has no row here: its station may have taken it yet, and then the row is the station's.
 */
import type { ActorDefinition } from '../runtime/definition.js';
import { keyOf } from '../runtime/ids.js';
import { restockRow } from '../shared/restocks.js';
import type { DriverCommands } from './commands.js';
import type { DriverEvents } from './events.js';
import type { DriverState } from './state.js';

type Rows = NonNullable<ActorDefinition<DriverState, DriverCommands, DriverEvents>['rows']>;

export const rows: Rows = {
  restockNotTaken(_state, { restock, station, lines, reason, askedAt, currency, driverName }, { self, now }) {
    if (reason === 'unavailable') return [];
    const order = { station, driver: keyOf(self), driverName, lines, currency, reason };
    const nothing = { total: 0, paid: 0, refunded: 0 };
    return [restockRow(restock, { ...order, ...nothing, state: 'refused', placedAt: askedAt, changedAt: now })];
  },
};
