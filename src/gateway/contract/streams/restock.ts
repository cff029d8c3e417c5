/** What is told of restocks: to the station every order, to each driver his own. */
import { Type, type TProperties } from '@sinclair/typebox';

import {
  Amount,
  Count,
  Currency,
  DeviceId,
  fields,
  PaymentId,
  ProductId,
  RestockId,
  Slot,
  StationId,
  Time,
  Title,
  Units,
  word,
} from '../fields.js';
import type { PushDeclaration, StreamDeclaration } from './declare.js';

const Lines = Type.Array(fields({ product: ProductId, name: Title, units: Count, price: Amount }));
const ProductUnits = fields({ product: ProductId, units: Count });
const NamedUnits = fields({ product: ProductId, name: Title, units: Count });
const LoadLine = fields({ slot: Slot, product: ProductId, units: Units });
const Reason = { reason: Type.String() };
const Money = { total: Amount, currency: Currency };

function of(summary: string, more: TProperties = {}): PushDeclaration {
  return { summary, data: fields({ restock: RestockId, ...more }) };
}

const Accepted = {
  ...{ accepted: Lines, refused: Type.Array(ProductUnits), amount: Amount, refunded: Amount, currency: Currency },
  state: word('to_prepare'),
};

/** What both ends of an order hear. */
const both = {
  'restock.placed': of('Ordered; to be paid before `expiresAt`.', {
    ...{ driverName: Type.String(), lines: Lines, ...Money, expiresAt: Time, state: word('to_pay') },
  }),
  'restock.paid': of('Paid; the money is held until the station accepts.', {
    ...{ driverName: Type.String(), ...Money, method: Type.String(), attempt: Count, state: word('to_prepare') },
  }),
  'restock.cancelled': of('Cancelled by the driver, or not paid in time.', { ...Reason, state: word('cancelled') }),
  'restock.refused': of('Refused whole, or never answered: all money goes back.', {
    ...{ ...Reason, refunded: Amount, currency: Currency, state: word('refused') },
  }),
  'restock.ready': of('The goods stand ready.', { state: word('ready') }),
  'restock.pickedUp': of('Handed over: the goods are the driver’s.', { accepted: Lines, state: word('picked_up') }),
};

export const ordersStream: StreamDeclaration = {
  kind: 'station',
  channel: 'orders',
  summary: 'Every change of every order of a station.',
  followers: 'the station’s people and the platform',
  mayFollow: ({ role, subject }, { key }) => role === 'platform' || subject === `station:${key}`,
  pushes: {
    ...both,
    'restock.accepted': of('Accepted, wholly or in part.', Accepted),
    'restock.codeRenewed': of('The driver has a fresh pick-up code.'),
    'restock.wrongCode': of('A wrong pick-up code was shown.', { attemptsLeft: Count }),
  },
};

export const stationDriverStream: StreamDeclaration = {
  kind: 'station',
  channel: 'driver.{driver}',
  summary: 'One driver’s orders at a station.',
  followers: 'that driver',
  mayFollow: ({ subject }, _name, driver) => subject === `driver:${driver}`,
  pushes: {
    ...both,
    'restock.paying': of('A payment is under way; at a provider it waits at `url`.', {
      ...{
        attempt: Count,
        method: Type.String(),
        payment: Type.Optional(PaymentId),
        url: Type.Optional(Type.String()),
      },
    }),
    'restock.unpaid': of('The payment failed.', { ...Reason, attempt: Count }),
    'restock.paymentReturned': of('Money that came too late, or twice, goes back.', {
      amount: Amount,
      currency: Currency,
    }),
    'restock.accepted': of('Accepted, wholly or in part; the goods are handed over against `code`.', {
      ...{ ...Accepted, code: Type.String() },
    }),
    'restock.codeRenewed': of('A fresh pick-up code.', { code: Type.String() }),
  },
};

export const driverStream: StreamDeclaration = {
  kind: 'driver',
  channel: 'me',
  summary: 'What stations and devices answer to a driver.',
  followers: 'that driver',
  mayFollow: ({ subject }, { key }) => subject === `driver:${key}`,
  pushes: {
    'restock.placed': of('A station has taken the order of a check-out.', {
      ...{ station: StationId, stationName: Title, lines: Lines, ...Money, expiresAt: Time },
    }),
    'restock.refused': of('A station has not taken the order of a check-out.', {
      ...{ station: StationId, ...Reason, message: Type.String() },
    }),
    'goods.received': of('Goods were handed over.', { stationName: Title, lines: Lines }),
    'goods.loaded': {
      summary: 'A device has answered a load; what did not fit is carried again.',
      data: fields({
        ...{ load: Type.String(), device: DeviceId, loaded: Type.Array(LoadLine), returned: Type.Array(NamedUnits) },
        reason: Type.Optional(Type.String()),
      }),
    },
  },
};
