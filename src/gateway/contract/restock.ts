/** Restocks: a driver’s orders at stations, from the payment to the hand-over. */
import { Type } from '@sinclair/typebox';

import { keyOf } from '../../actors/runtime/ids.js';
import { restocksCollection } from '../../actors/shared/restocks.js';
import type { StationCommands } from '../../actors/station/commands.js';
import type { StationReads } from '../../actors/station/reads.js';
import { actor, read, type Call } from './declare.js';
import {
  Amount,
  atMost,
  Code,
  Count,
  Currency,
  Cursor,
  fields,
  PayMethod,
  PaymentId,
  ProductId,
  RestockId,
  StationId,
  Time,
  Title,
  UnitsOrNone,
  word,
} from './fields.js';
import { list, pageOf } from './lists.js';

const station = actor<StationCommands, StationReads>('station');
const self = (_input: unknown, call: Call) => keyOf(call.subject);
const RestockState = word('to_pay', 'to_prepare', 'ready', 'picked_up', 'cancelled', 'refused');
const Answered = { restock: RestockId, state: RestockState };
const OfStation = fields({ station: StationId, restock: RestockId });
const OfMine = fields({ restock: RestockId });
const Ordered = fields({ product: ProductId, name: Title, units: Count, price: Amount });
const ProductUnits = fields({ product: ProductId, units: Count });
const stateErrors = ['unknown_restock', 'restock_state'] as const;

export const restockRequests = {
  'restock.pay': station.command({
    summary: 'Begins to pay a restock. How it ended is pushed on `station:<id>/driver.<id>`.',
    access: ['driver'],
    input: fields({ station: StationId, restock: RestockId, method: Type.Optional(PayMethod) }),
    output: fields({ restock: RestockId, state: word('paying'), payment: Type.Optional(PaymentId) }),
    errors: [...stateErrors, 'already_paid', 'already_paying', 'too_many_attempts', 'unknown_provider', 'not_yours'],
    type: 'payRestock',
    key: (input) => input.station,
    message: ({ restock, method = 'balance' }) => ({ restock, method }),
  }),

  'restock.cancel': station.command({
    summary: 'Cancels a restock that is not paid.',
    access: ['driver'],
    input: OfStation,
    output: fields(Answered),
    errors: [...stateErrors, 'not_yours'],
    type: 'cancelRestock',
    key: (input) => input.station,
    message: ({ restock }) => ({ restock }),
  }),

  'restock.renewCode': station.command({
    summary: 'A fresh pick-up code, told on `station:<id>/driver.<id>`; the old one ends.',
    access: ['driver'],
    input: OfStation,
    output: fields(Answered),
    errors: [...stateErrors, 'not_yours'],
    type: 'renewPickUpCode',
    key: (input) => input.station,
    message: ({ restock }) => ({ restock }),
  }),

  'restock.accept': station.command({
    summary:
      'Accepts a paid restock: units of each product; 0, or a product left out, refuses the line and pays it back.',
    access: ['station'],
    input: fields({ restock: RestockId, lines: atMost(200, fields({ product: ProductId, units: UnitsOrNone })) }),
    output: fields({ ...Answered, accepted: Amount, refunded: Amount }),
    errors: [...stateErrors],
    type: 'acceptRestock',
    key: self,
    message: (input) => input,
  }),

  'restock.ready': station.command({
    summary: 'The goods stand ready for the driver.',
    access: ['station'],
    input: OfMine,
    output: fields(Answered),
    errors: [...stateErrors],
    type: 'readyRestock',
    key: self,
    message: (input) => input,
  }),

  'restock.handOver': station.command({
    summary:
      'Hands the goods over against the code that the driver shows. A wrong code is counted, and answered with handedOver false.',
    access: ['station'],
    input: fields({ restock: RestockId, code: Code }),
    output: fields({ ...Answered, handedOver: Type.Boolean(), attemptsLeft: Count }),
    errors: [...stateErrors, 'code_locked'],
    type: 'handOver',
    key: self,
    message: (input) => input,
  }),

  'restock.get': station.read({
    summary: 'One open restock; its driver also gets the pick-up code.',
    access: ['driver', 'station', 'platform'],
    input: OfStation,
    output: fields({
      ...{ restock: RestockId, driverName: Type.String(), state: RestockState, lines: Type.Array(Ordered) },
      accepted: Type.Union([Type.Array(Ordered), Type.Null()]),
      ...{ total: Amount, currency: Currency, placedAt: Time, expiresAt: Time, attemptsLeft: Count },
      code: Type.Optional(Type.String()),
    }),
    errors: ['unknown_restock', 'not_yours'],
    name: 'restock',
    key: (input) => input.station,
    question: ({ restock }) => ({ restock }),
  }),

  'restock.list': read({
    summary:
      'Restocks, newest first: a driver’s own, a station’s own, all for the platform; by state where it is given.',
    access: ['driver', 'station', 'platform'],
    input: fields({ state: Type.Optional(RestockState), cursor: Type.Optional(Cursor) }),
    output: pageOf(
      fields({
        id: RestockId,
        station: StationId,
        stationName: Type.Optional(Type.String()),
        driver: Type.Optional(Type.String()),
        driverName: Type.String(),
        state: RestockState,
        lines: Type.Array(
          fields({ product: ProductId, name: Type.Optional(Title), units: Count, price: Type.Optional(Amount) }),
        ),
        accepted: Type.Optional(Type.Array(ProductUnits)),
        ...{ total: Amount, paid: Amount, refunded: Amount, currency: Currency, placedAt: Time, changedAt: Time },
        reason: Type.Optional(Type.String()),
      }),
    ),
    errors: [],
    run({ state, cursor }, call, tools) {
      const own = call.role === 'platform' ? undefined : keyOf(call.subject);
      const index =
        own === undefined
          ? state === undefined
            ? 'time'
            : 'state'
          : state === undefined
            ? call.role
            : `${call.role}State`;
      const equal = [own, state].filter((value) => value !== undefined);
      const query = { collection: restocksCollection.name, index, equal, descending: true };
      // A station knows drivers by the name that they show.
      return list(tools, query, cursor, ({ driver: who, ...row }, id) =>
        call.role === 'station' ? { id, ...row } : { id, ...row, ...(who === undefined ? {} : { driver: who }) },
      );
    },
  }),
};
