/**
 * What the views keep of a station: the row of the station itself (`stations`) and one for each order
 * (`restocks`, see shared/restocks.ts).
 */
import type { CollectionDeclaration, Row } from '../../store/ports.js';
import type { ActorDefinition, At } from '../runtime/definition.js';
import { keyOf } from '../runtime/ids.js';
import { own } from '../shared/own.js';
import { restockRow, type RestockFields } from '../shared/restocks.js';
import type { OrderedLine, RestockState, StationCommands } from './commands.js';
import type { Finished, StationEvents } from './events.js';
import { amountOf, type StationState } from './state.js';

export const stationsCollection: CollectionDeclaration = {
  name: 'stations',
  indexes: [{ name: 'name', fields: ['name'] }],
};

/** One station. */
export type StationFields = {
  readonly id: string;
  readonly name: string;
  /** Degrees, WGS-84. */
  readonly lon: number;
  readonly lat: number;
  readonly address: string;
  readonly currency: string;
  /** Units of each product that can be ordered; 0 is sold here, but out. */
  readonly stock: Readonly<Record<string, number>>;
};

type Rows = NonNullable<ActorDefinition<StationState, StationCommands, StationEvents>['rows']>;

export const rows: Rows = {
  stationRegistered: (state, _data, at) => [stationRow(state, at)],
  supplySet: (state, _data, at) => [stationRow(state, at)],
  restockPlaced: (state, { restock }, at) => [stationRow(state, at), ...openRow(state, restock, at)],
  restockPaid: (state, { restock }, at) => openRow(state, restock, at),
  restockAccepted: (state, { restock }, at) => [stationRow(state, at), ...openRow(state, restock, at)],
  restockReady: (state, { restock }, at) => openRow(state, restock, at),
  restockCancelled: (state, data, at) => [
    stationRow(state, at),
    orderRow(state, data, at, { state: 'cancelled', reason: data.reason, paid: 0, refunded: 0 }),
  ],
  restockRefused: (state, { refunded, ...data }, at) => [
    stationRow(state, at),
    orderRow(state, data, at, { state: 'refused', reason: data.reason, paid: 0, refunded }),
  ],
  restockPickedUp: (state, { accepted, ...data }, at) => {
    const paid = amountOf(accepted);
    const refunded = data.total - paid;
    return [orderRow(state, data, at, { state: 'picked_up', accepted: unitsOf(accepted), paid, refunded })];
  },
};

function stationRow(state: Readonly<StationState>, { self }: At): Omit<Row, 'version'> {
  const id = keyOf(self);
  const { name, lon, lat, address, currency, supply } = state;
  const stock = Object.fromEntries(Object.entries(supply).map(([product, s]) => [product, s.count - s.reserved]));
  const fields: StationFields = { id, name, lon, lat, address, currency, stock };
  return { collection: stationsCollection.name, id, fields };
}

/** The row of an order that is still open after the entry. */
function openRow(state: Readonly<StationState>, restock: string, at: At): Omit<Row, 'version'>[] {
  const order = own(state.orders, restock);
  if (!order) return [];
  const { driver, driverName, lines, total, placedAt, accepted } = order;
  const data = { restock, driver, driverName, lines, total, currency: state.currency, placedAt };
  if (!accepted) return [orderRow(state, data, at, { state: order.state, paid: 0, refunded: 0 })];
  const paid = amountOf(accepted);
  const end = { state: order.state, accepted: unitsOf(accepted), paid, refunded: total - paid };
  return [orderRow(state, data, at, end)];
}

type Standing = Pick<RestockFields, 'accepted' | 'paid' | 'refunded' | 'reason'> & { readonly state: RestockState };

function orderRow(
  { name: stationName }: Readonly<StationState>,
  { restock, driver, driverName, lines, total, currency, placedAt }: Finished,
  { self, now: changedAt }: At,
  standing: Standing,
): Omit<Row, 'version'> {
  const order = { driver, driverName, lines, total, currency, placedAt, changedAt };
  return restockRow(restock, { ...order, station: keyOf(self), stationName, ...standing });
}

function unitsOf(lines: readonly OrderedLine[]): { product: string; units: number }[] {
  return lines.map(({ product, units }) => ({ product, units }));
}
