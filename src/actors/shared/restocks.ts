/**
 * The view `restocks`: a row for each order of a driver at a station. The station writes it, from the
 * order's placing to its end; the driver's actor writes it only for an order that the station refused
 * to take, which the station keeps nothing of. So a row has one writer, and its version is that actor's seq.
 */
import type { CollectionDeclaration, Row } from '../../store/ports.js';

export const restocksCollection: CollectionDeclaration = {
  name: 'restocks',
  indexes: [
    { name: 'station', fields: ['station', 'placedAt'] },
    { name: 'stationState', fields: ['station', 'state', 'placedAt'] },
    { name: 'driver', fields: ['driver', 'placedAt'] },
    { name: 'driverState', fields: ['driver', 'state', 'placedAt'] },
    { name: 'state', fields: ['state', 'placedAt'] },
    { name: 'time', fields: ['placedAt'] },
  ],
};

/** One order. Amounts are minor units of `currency`, times ms UTC; the pick-up code is never in a row. */
export type RestockFields = {
  readonly station: string;
  /** Absent when the station refused to take the order. */
  readonly stationName?: string;
  readonly driver: string;
  readonly driverName: string;
  /** `to_pay`, `to_prepare`, `ready`, `picked_up`, `cancelled`, `refused`. */
  readonly state: string;
  /** As they were ordered; a refused order that the station does not sell has no price. */
  readonly lines: readonly {
    readonly product: string;
    readonly name?: string;
    readonly units: number;
    readonly price?: number;
  }[];
  /** Units that the station accepted, by product; absent until it has answered. */
  readonly accepted?: readonly { readonly product: string; readonly units: number }[];
  readonly total: number;
  /** What the station keeps, and what went back to the driver. */
  readonly paid: number;
  readonly refunded: number;
  readonly currency: string;
  readonly placedAt: number;
  readonly changedAt: number;
  /** Why it was cancelled or refused. */
  readonly reason?: string;
};

export function restockRow(restock: string, fields: RestockFields): Omit<Row, 'version'> {
  return { collection: restocksCollection.name, id: restock, fields };
}
