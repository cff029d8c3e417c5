/** What can be seen of devices: the shop by anybody, everything by those who own it, the list by the platform. */
import { Type } from '@sinclair/typebox';

import type { DeviceCommands, DeviceReads } from '../../actors/device/commands.js';
import { devicesCollection } from '../../actors/device/views.js';
import { keyOf } from '../../actors/runtime/ids.js';
import type { Query } from '../../store/ports.js';
import { actor, read, type Call } from './declare.js';
import {
  Amount,
  Count,
  Currency,
  Cursor,
  DeviceId,
  DriverId,
  fields,
  ProductId,
  SaleId,
  Slot,
  Time,
  Title,
  word,
} from './fields.js';
import { list, pageOf } from './lists.js';
import { without } from './without.js';

const device = actor<DeviceCommands, DeviceReads>('device');
const ofDevice = (input: { readonly device: string }) => input.device;
const Standing = word('free', 'claimed', 'retired');
const ShopSlot = { slot: Slot, product: ProductId, name: Title, price: Amount, left: Count };
const LastOffline = Type.Union([fields({ at: Time, reason: Type.String() }), Type.Null()]);
const Counters = fields({ placed: Count, settled: Count, refunded: Count, cancelled: Count, open: Count });
const Span = { key: Type.String(), amount: Amount, orders: Count };
const Totals = fields({
  ...Span,
  before: Type.Union([fields(Span), Type.Null()]),
  products: Type.Array(fields({ id: ProductId, name: Title, amount: Amount, units: Count })),
});
const SlotUnits = fields({ slot: Slot, units: Count });
const Fault = Type.String({ pattern: '^[A-Za-z0-9_.-]{1,32}$', rule: '1 to 32 letters, digits or _ . -' });

export const deviceSeen = {
  'device.page': device.read({
    summary: 'The device’s shop: what it sells, for how much, and how much is left.',
    access: 'anyone',
    input: fields({ device: DeviceId }),
    output: fields({
      ...{ device: DeviceId, name: Title, currency: Currency, open: Type.Boolean() },
      slots: Type.Array(fields(ShopSlot)),
    }),
    errors: ['unknown_device'],
    name: 'page',
    key: ofDevice,
    question: () => ({}),
  }),

  'device.home': device.read({
    summary: 'Everything about a device, for its owner, itself and the platform.',
    access: ['driver', 'device', 'platform'],
    input: fields({ device: DeviceId }),
    output: fields({
      ...{ device: DeviceId, name: Title, standing: Standing, currency: Currency, feeBasisPoints: Count },
      owner: Type.Optional(DriverId),
      ...{ online: Type.Boolean(), since: Type.Integer(), lastOffline: LastOffline },
      faults: Type.Array(
        fields({ fault: Fault, slot: Type.Optional(Slot), detail: Type.Optional(Type.String()), at: Time }),
      ),
      slots: Type.Array(fields({ ...ShopSlot, capacity: Count, count: Count, reserved: Count, low: Type.Boolean() })),
      counters: Counters,
      totals: fields({ day: Totals, week: Totals, month: Totals, year: Totals, all: Totals }),
      dispenses: Type.Array(fields({ sale: SaleId, lines: Type.Array(SlotUnits), until: Time })),
      doubts: Type.Array(fields({ sale: SaleId, lines: Type.Array(SlotUnits) })),
    }),
    errors: ['unknown_device', 'not_yours'],
    name: 'home',
    key: ofDevice,
    question: () => ({}),
  }),

  'device.list': read({
    summary:
      'Devices by name, 30 a page: all for the platform, a driver’s own; by activated and online, or where the name begins with `search`.',
    access: ['platform', 'driver'],
    input: fields({
      activated: Type.Optional(Type.Boolean()),
      online: Type.Optional(Type.Boolean()),
      search: Type.Optional(Type.String({ minLength: 1, maxLength: 80 })),
      cursor: Type.Optional(Cursor),
    }),
    output: pageOf(
      fields({
        ...{ id: DeviceId, name: Title, standing: Standing, online: Type.Boolean(), since: Type.Integer() },
        ...{ lastOffline: LastOffline, owner: Type.String(), ownerName: Type.String(), currency: Currency },
        ...{ counters: Counters, orders: Count, amount: Amount },
      }),
    ),
    errors: [],
    run({ cursor, ...filter }, call, tools) {
      return list(tools, deviceQuery(filter, call), cursor, (row, id) => ({
        id,
        ...without(row, 'search', 'activated', 'connection'),
      }));
    },
  }),
};

interface DeviceFilter {
  readonly activated?: boolean;
  readonly online?: boolean;
  readonly search?: string;
}

/** The last character that sorts behind all others: a range up to it holds every name with that beginning. */
const BEHIND_ALL = '\uffff';

function deviceQuery({ activated, online, search }: DeviceFilter, call: Call): Omit<Query, 'limit' | 'cursor'> {
  const [index, equal] =
    call.role === 'driver'
      ? (['owner', [keyOf(call.subject)]] as const)
      : activated !== undefined && online !== undefined
        ? (['activatedOnline', [activated, online]] as const)
        : activated !== undefined
          ? (['activated', [activated]] as const)
          : online !== undefined
            ? (['online', [online]] as const)
            : (['name', []] as const);
  const from = search?.toLowerCase();
  const query = { collection: devicesCollection.name, index, equal };
  return from === undefined ? query : { ...query, from, to: from + BEHIND_ALL };
}
