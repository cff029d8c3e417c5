/**
 * What the views keep of devices and sales. A sale's row is written when it is placed and when it ends, a
 * device's when its owner or online state changes and, with its counters, when it tells the slow rankings.
 */
import type { CollectionDeclaration, Row } from '../../store/ports.js';
import type { ActorDefinition, At, ReadContext } from '../runtime/definition.js';
import { own } from '../shared/own.js';
import { keyOf, kindOf } from '../runtime/ids.js';
import type { DeviceCommands, DeviceReads, SaleView } from './commands.js';
import type { DeviceEvents } from './events.js';
import { closedSale } from './found.js';
import type { DeviceState, Sale } from './state.js';

export const devicesCollection: CollectionDeclaration = {
  name: 'devices',
  indexes: [
    { name: 'name', fields: ['search'] },
    { name: 'activated', fields: ['activated', 'search'] },
    { name: 'online', fields: ['online', 'search'] },
    { name: 'activatedOnline', fields: ['activated', 'online', 'search'] },
    { name: 'owner', fields: ['owner', 'search'] },
  ],
};

export const salesCollection: CollectionDeclaration = {
  name: 'sales',
  indexes: [
    { name: 'passenger', fields: ['passenger', 'at'] },
    { name: 'device', fields: ['device', 'at'] },
    { name: 'owner', fields: ['owner', 'at'] },
  ],
};

/** A row of `devices`. `search` is the name in lower case; `owner` is '' when it has none. */
export type DeviceFields = {
  readonly name: string;
  readonly search: string;
  readonly standing: string;
  readonly activated: boolean;
  readonly online: boolean;
  /** The connection that it is online by: whose node is gone, is offline. */
  readonly connection: string;
  readonly since: number;
  readonly lastOffline: { readonly at: number; readonly reason: string } | null;
  readonly owner: string;
  readonly ownerName: string;
  readonly currency: string;
  readonly counters: DeviceState['counters'];
  /** Settled sales, and what they brought, as of the last slow report. */
  readonly orders: number;
  readonly amount: number;
};

/** A row of `sales`: everything, the identities too. {@link saleSeenBy} makes of it what a caller may see. */
export type SaleFields = Omit<SaleView, 'sale' | 'passenger' | 'owner'> & {
  readonly passenger: string;
  readonly owner: string;
};

type Rows = NonNullable<ActorDefinition<DeviceState, DeviceCommands, DeviceEvents, DeviceReads>['rows']>;

const device = (state: Readonly<DeviceState>, _data: unknown, at: At) => [deviceRow(state, at)];
const sale = (state: Readonly<DeviceState>, data: { readonly sale: string }, at: At) => saleRow(state, data.sale, at);

export const rows: Rows = {
  deviceRegistered: device,
  ownerChanged: device,
  deviceReleased: device,
  deviceRetired: device,
  connected: device,
  disconnected: device,
  rankingsTold: (state, { slow }, at) => (slow ? [deviceRow(state, at)] : []),
  saleReserved: sale,
  saleCancelled: sale,
  saleSettled: sale,
  saleRefunded: sale,
};

function deviceRow(state: Readonly<DeviceState>, { self }: At): Omit<Row, 'version'> {
  const { name, standing, presence, owner, currency, totals } = state;
  const { online, connection, since, lastOffline } = presence;
  const fields: DeviceFields = {
    name,
    search: name.toLowerCase(),
    standing,
    activated: standing === 'claimed',
    online,
    connection,
    since,
    lastOffline,
    owner: owner?.driver ?? '',
    ownerName: owner?.name ?? '',
    currency,
    counters: { ...state.counters },
    orders: totals.all.orders,
    amount: totals.all.amount,
  };
  return { collection: devicesCollection.name, id: keyOf(self), fields };
}

function saleRow(state: Readonly<DeviceState>, id: string, { self }: At): Omit<Row, 'version'>[] {
  const sale = own(state.sales, id) ?? closedSale(state, id);
  if (!sale) return [];
  return [{ collection: salesCollection.name, id, fields: saleFields(state, keyOf(self), sale) }];
}

/** A sale as its row has it. Hot: one literal, and what a sale has only at its end. */
export function saleFields(state: Readonly<DeviceState>, device: string, sale: Sale): SaleFields {
  const { passenger, owner, lines, total, at, expiresAt } = sale;
  const fields: { -readonly [K in keyof SaleFields]: SaleFields[K] } = {
    device,
    deviceName: state.name,
    passenger,
    owner,
    state: sale.state,
    lines,
    total,
    currency: state.currency,
    at,
    expiresAt,
  };
  if (sale.where) fields.where = sale.where;
  if (sale.closedAt !== undefined) fields.closedAt = sale.closedAt;
  if (sale.amount !== undefined) fields.amount = sale.amount;
  if (sale.refunded !== undefined) fields.refunded = sale.refunded;
  if (sale.missing) fields.missing = sale.missing;
  return fields;
}

/** What a caller may see of a sale: passenger and driver never learn of each other; absent: nothing at all. */
export function saleSeenBy(
  { caller }: Pick<ReadContext, 'caller'>,
  id: string,
  fields: SaleFields,
): SaleView | undefined {
  const { passenger, owner, ...rest } = fields;
  const sale = { sale: id, ...rest };
  const [role, key] = [kindOf(caller), keyOf(caller)];
  if (role === 'platform' || role === 'system') return { ...sale, passenger, owner };
  if (role === 'passenger') return key === passenger ? { ...sale, passenger } : undefined;
  if (role === 'driver') return key === owner ? { ...sale, owner } : undefined;
  return role === 'device' && key === fields.device ? sale : undefined;
}
