/** What is told of a device: to each passenger his own sales, to the box its work, to the owner his shop. */
import { Type } from '@sinclair/typebox';

import { Amount, Count, fields, PaymentId, ProductId, SaleId, Slot, Time, Title, word } from '../fields.js';
import type { StreamDeclaration } from './declare.js';

const nothing = fields({});
const SlotUnits = fields({ slot: Slot, units: Count });
const Missing = Type.Array(fields({ slot: Slot, units: Count, reason: Type.String() }));
const Fault = { fault: Type.String(), slot: Type.Optional(Slot), at: Time };

export const passengerStream: StreamDeclaration = {
  kind: 'device',
  channel: 'passenger.{passenger}',
  summary: 'One passenger’s sales at a device.',
  followers: 'that passenger',
  mayFollow: ({ subject }, _name, passenger) => subject === `passenger:${passenger}`,
  pushes: {
    'sale.toPay': {
      summary: 'The payment provider waits for the passenger at `url`.',
      data: fields({ sale: SaleId, payment: PaymentId, url: Type.String(), expiresAt: Time }),
    },
    'sale.paid': { summary: 'Paid; dropped by `until`, or refunded.', data: fields({ sale: SaleId, until: Time }) },
    'sale.unpaid': {
      summary: 'The payment failed; the sale may be paid again until it expires.',
      data: fields({ sale: SaleId, reason: Type.String() }),
    },
    'sale.settled': {
      summary: 'Dropped, wholly or in part; what is missing was paid back.',
      data: fields({ sale: SaleId, amount: Amount, refunded: Amount, missing: Missing }),
    },
    'sale.refunded': {
      summary: 'Paid back whole.',
      data: fields({ sale: SaleId, refunded: Amount, reason: Type.String(), missing: Type.Optional(Missing) }),
    },
    'sale.cancelled': {
      summary: 'Cancelled, or not paid in time.',
      data: fields({ sale: SaleId, reason: word('expired', 'cancelled') }),
    },
  },
};

export const boxStream: StreamDeclaration = {
  kind: 'device',
  channel: 'box',
  summary: 'The device’s own work.',
  followers: 'the device',
  mayFollow: ({ subject }, { key }) => subject === `device:${key}`,
  pushes: {
    dispense: {
      summary: 'Drop these goods before `until`, then report what was dropped (`sale.report`).',
      data: fields({ sale: SaleId, lines: Type.Array(SlotUnits), until: Time }),
    },
    'shop.changed': { summary: 'Owner, goods or prices have changed: read `device.home` again.', data: nothing },
  },
};

export const ownerStream: StreamDeclaration = {
  kind: 'device',
  channel: 'owner',
  summary: 'What the owner of a device needs to know; of passengers nothing.',
  followers: 'the device’s owner and the platform',
  mayFollow: async ({ role, subject }, { key }, _part, { whereabouts }) =>
    role === 'platform' || (role === 'driver' && subject === `driver:${await whereabouts.owner(key)}`),
  endsOn: 'owner.changed',
  pushes: {
    'owner.changed': {
      summary: 'The device has another owner, or none; whoever follows must ask again.',
      data: nothing,
    },
    'device.retired': { summary: 'Out of service for good.', data: nothing },
    'device.keyRenewed': { summary: 'The device has another key.', data: nothing },
    'device.online': { summary: 'The device has connected.', data: fields({ at: Time }) },
    'device.offline': { summary: 'The device is gone.', data: fields({ at: Time, reason: Type.String() }) },
    'device.fault': {
      summary: 'Something is broken.',
      data: fields({ ...Fault, detail: Type.Optional(Type.String()) }),
    },
    'device.faultCleared': { summary: 'It works again.', data: fields(Fault) },
    'stock.low': {
      summary: 'A slot has run low.',
      data: fields({ slot: Slot, product: ProductId, name: Title, count: Count }),
    },
    'stock.loaded': {
      summary: 'Goods were loaded.',
      data: fields({ load: Type.String(), lines: Type.Array(SlotUnits) }),
    },
    'sale.settled': {
      summary: 'Sold: `share` is the owner’s, after the platform’s fee.',
      data: fields({ sale: SaleId, at: Time, amount: Amount, share: Amount, refunded: Amount, missing: Missing }),
    },
    'sale.refunded': {
      summary: 'Paid, and nothing was dropped.',
      data: fields({ sale: SaleId, at: Time, refunded: Amount, missing: Missing }),
    },
  },
};
