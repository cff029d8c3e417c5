/** Restocks: a driver's cart, his orders at stations, the hand-over, and the loading of his devices. */
import { Type } from '@sinclair/typebox';

import type { DriverCommands } from '../../actors/driver/commands.js';
import type { DriverReads } from '../../actors/driver/reads.js';
import { keyOf } from '../../actors/shared/callers.js';
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
  DeviceId,
  fields,
  PayMethod,
  PaymentId,
  ProductId,
  RestockId,
  Slot,
  StationId,
  Time,
  Title,
  Units,
  UnitsOrNone,
  word,
} from './fields.js';
import { list, pageOf } from './lists.js';

const station = actor<StationCommands, StationReads>('station');
const driver = actor<DriverCommands, DriverReads>('driver');

const self = (_input: unknown, call: Call) => keyOf(call.subject);

const RestockState = word('to_pay', 'to_prepare', 'ready', 'picked_up', 'cancelled', 'refused');
const Answered = { restock: RestockId, state: RestockState };
const OfStation = fields({ station: StationId, restock: RestockId });
const OfMine = fields({ restock: RestockId });
const Ordered = fields({ product: ProductId, name: Title, units: Count, price: Amount });
const ProductUnits = fields({ product: ProductId, units: Count });
const LoadLine = fields({ slot: Slot, product: ProductId, units: Units });
const NamedLoad = fields({ slot: Slot, product: ProductId, units: Units, name: Title });
const CartLine = fields({ station: StationId, product: ProductId, units: Count, chosen: Type.Boolean() });
const Asked = fields({ restock: RestockId, station: StationId, lines: Type.Array(ProductUnits) });
const Restocked = fields({ amount: Amount, count: Count });

const stateErrors = ['unknown_restock', 'restock_state'] as const;

export const restockRequests = {
  'cart.set': driver.command({
    summary: 'Sets one line of the cart; units 0 takes it out. Only chosen lines are ordered at check-out.',
    access: ['driver'],
    input: fields({ station: StationId, product: ProductId, units: UnitsOrNone, chosen: Type.Boolean() }),
    output: fields({ lines: Count }),
    errors: ['cart_full'],
    type: 'setCartLine',
    key: self,
    message: (line) => line,
  }),

  'cart.get': driver.read({
    summary: 'The cart.',
    access: ['driver'],
    input: fields({}),
    output: fields({ lines: Type.Array(CartLine) }),
    errors: [],
    name: 'cart',
    key: self,
    question: () => ({}),
  }),

  'driver.home': driver.read({
    summary:
      'What the driver carries, what he has asked for, and what he restocked today, this week and this month beside the last.',
    access: ['driver'],
    input: fields({}),
    output: fields({
      displayName: Type.String(),
      cartLines: Count,
      asked: Type.Array(Asked),
      carried: Type.Array(fields({ product: ProductId, name: Title, units: Count })),
      loads: Type.Array(fields({ load: Type.String(), device: DeviceId, lines: Type.Array(NamedLoad) })),
      currency: Currency,
      restocks: fields({
        ...{ today: Restocked, yesterday: Restocked, week: Restocked },
        ...{ lastWeek: Restocked, month: Restocked, lastMonth: Restocked },
      }),
    }),
    errors: [],
    name: 'home',
    key: self,
    question: () => ({}),
  }),

  'restock.checkOut': driver.command({
    summary:
      'Orders the chosen lines of the cart: one restock at each station. What each station says is pushed on `driver:<id>/me`.',
    access: ['driver'],
    input: fields({}),
    output: fields({ restocks: Type.Array(Asked) }),
    errors: ['cart_empty'],
    type: 'checkOut',
    key: self,
    message: () => ({}),
  }),

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

  'goods.load': driver.command({
    summary:
      'Loads carried goods into slots of an own device. What fitted is pushed on `driver:<id>/me`; the rest is carried again.',
    access: ['driver'],
    input: fields({ device: DeviceId, lines: atMost(99, LoadLine, 1) }),
    output: fields({ load: Type.String() }),
    errors: ['not_carried', 'too_many_loads'],
    type: 'load',
    key: self,
    message: (input) => input,
  }),
};
