/** Sales: a passenger's order at a device, from its placing to what was really dropped. */
import { Type } from '@sinclair/typebox';

import type { DeviceCommands, DeviceReads } from '../../actors/device/commands.js';
import { salesCollection, saleSeenBy, type SaleFields } from '../../actors/device/views.js';
import { keyOf } from '../../actors/runtime/ids.js';
import { actor, read, type Call } from './declare.js';
import {
  Amount,
  atMost,
  Count,
  Currency,
  Cursor,
  DeviceId,
  fields,
  Lat,
  Lon,
  PayMethod,
  PaymentId,
  ProductId,
  SaleId,
  Slot,
  Time,
  Title,
  Units,
  word,
} from './fields.js';
import { list, pageOf } from './lists.js';

const device = actor<DeviceCommands, DeviceReads>('device');

const ofDevice = (input: { readonly device: string }) => input.device;

const SaleLine = fields({ slot: Slot, product: ProductId, name: Title, units: Count, price: Amount });
const SaleState = word('placed', 'paying', 'paid', 'settled', 'refunded', 'cancelled', 'expired');
const Missing = fields({ slot: Slot, units: Count, reason: Type.String() });
const Sale = fields({
  ...{ sale: SaleId, device: DeviceId, deviceName: Title, state: SaleState },
  ...{ lines: Type.Array(SaleLine), total: Amount, currency: Currency, at: Time, expiresAt: Time },
  where: Type.Optional(fields({ lon: Lon, lat: Lat })),
  closedAt: Type.Optional(Time),
  amount: Type.Optional(Amount),
  refunded: Type.Optional(Amount),
  missing: Type.Optional(Type.Array(Missing)),
  passenger: Type.Optional(Type.String()),
  owner: Type.Optional(Type.String()),
});

export const saleRequests = {
  'sale.place': device.command({
    summary: 'Reserves goods at a device until `expiresAt`; with `pay` the payment begins at once.',
    access: ['passenger'],
    input: fields({
      device: DeviceId,
      lines: atMost(16, fields({ slot: Slot, units: Units }), 1),
      pay: Type.Optional(PayMethod),
    }),
    output: fields({
      ...{ sale: SaleId, state: word('placed', 'paying'), lines: Type.Array(SaleLine) },
      ...{ total: Amount, currency: Currency, expiresAt: Time },
      payment: Type.Optional(PaymentId),
    }),
    errors: [
      'unknown_device',
      'sold_out',
      'unknown_slot',
      'device_not_ready',
      'device_retired',
      'too_many_open_sales',
      'unknown_provider',
    ],
    type: 'placeSale',
    key: ofDevice,
    message({ device: key, ...order }, _call, { whereabouts }) {
      const where = whereabouts.of(key);
      if (where instanceof Promise) return where.then((place) => (place ? { ...order, where: place } : order));
      return where ? { ...order, where } : order;
    },
  }),

  'sale.pay': device.command({
    summary: 'Begins to pay a sale. How it ended is pushed on `device:<id>/passenger.<id>`.',
    access: ['passenger'],
    input: fields({ device: DeviceId, sale: SaleId, method: PayMethod }),
    output: fields({ sale: SaleId, state: word('paying'), payment: Type.Optional(PaymentId) }),
    errors: ['unknown_sale', 'sale_closed', 'already_paying', 'already_paid', 'unknown_provider'],
    type: 'paySale',
    key: ofDevice,
    message: ({ sale, method }) => ({ sale, method }),
  }),

  'sale.cancel': device.command({
    summary: 'Cancels a sale that is not paid; a payment under way comes back by itself.',
    access: ['passenger'],
    input: fields({ device: DeviceId, sale: SaleId }),
    output: fields({ sale: SaleId, state: word('cancelled') }),
    errors: ['unknown_sale', 'sale_closed', 'already_paid'],
    type: 'cancelSale',
    key: ofDevice,
    message: ({ sale }) => ({ sale }),
  }),

  'sale.report': device.command({
    summary: 'What the device really dropped of each line; a line that is left out dropped nothing and is paid back.',
    access: ['device'],
    input: fields({
      sale: SaleId,
      lines: atMost(
        16,
        fields({
          slot: Slot,
          dropped: Type.Integer({ minimum: 0, maximum: 999, rule: 'a whole number from 0 to 999' }),
          reason: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
        }),
      ),
    }),
    output: fields({ sale: SaleId, state: word('settled', 'refunded', 'lost'), amount: Amount, refunded: Amount }),
    errors: ['unknown_sale', 'not_paid', 'sale_closed'],
    type: 'reportDispense',
    key: (_input, call) => keyOf(call.subject),
    message: (input) => input,
  }),

  'sale.get': device.read({
    summary: 'One sale that is open or closed not long ago. A passenger sees no driver in it, a driver no passenger.',
    access: ['passenger', 'driver', 'device', 'platform'],
    input: fields({ device: DeviceId, sale: SaleId }),
    output: Sale,
    errors: ['unknown_sale'],
    name: 'sale',
    key: ofDevice,
    question: ({ sale }) => ({ sale }),
  }),

  'sale.list': read({
    summary: 'Sales, newest first: a passenger’s own, those of a driver’s devices, those of a device.',
    access: ['passenger', 'driver', 'device', 'platform'],
    input: fields({ device: Type.Optional(DeviceId), cursor: Type.Optional(Cursor) }),
    output: pageOf(Sale),
    errors: [],
    run({ device: named, cursor }, call, tools) {
      const { index, key } = saleIndex(call, named);
      const query = { collection: salesCollection.name, index, equal: [key], descending: true };
      return list(
        tools,
        query,
        cursor,
        (row, id) => saleSeenBy({ caller: call.subject }, id, row as SaleFields) ?? null,
      );
    },
  }),
};

/** Whose sales a caller may list. The platform names a device. */
function saleIndex(call: Call, named: string | undefined): { readonly index: string; readonly key: string } {
  if (call.role === 'passenger') return { index: 'passenger', key: keyOf(call.subject) };
  if (call.role === 'driver') return { index: 'owner', key: keyOf(call.subject) };
  return { index: 'device', key: call.role === 'platform' ? (named ?? '') : keyOf(call.subject) };
}
