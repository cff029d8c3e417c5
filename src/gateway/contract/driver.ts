/** A driver’s own: his cart over several stations, what he carries, the loading of his devices. */
import { Type } from '@sinclair/typebox';

import type { DriverCommands } from '../../actors/driver/commands.js';
import type { DriverReads } from '../../actors/driver/reads.js';
import { keyOf } from '../../actors/runtime/ids.js';
import { actor, type Call } from './declare.js';
import {
  Amount,
  atMost,
  Count,
  Currency,
  DeviceId,
  fields,
  ProductId,
  RestockId,
  Slot,
  StationId,
  Title,
  Units,
  UnitsOrNone,
} from './fields.js';

const driver = actor<DriverCommands, DriverReads>('driver');
const self = (_input: unknown, call: Call) => keyOf(call.subject);
const ProductUnits = fields({ product: ProductId, units: Count });
const LoadLine = fields({ slot: Slot, product: ProductId, units: Units });
const NamedLoad = fields({ slot: Slot, product: ProductId, units: Units, name: Title });
const CartLine = fields({ station: StationId, product: ProductId, units: Count, chosen: Type.Boolean() });
const Asked = fields({ restock: RestockId, station: StationId, lines: Type.Array(ProductUnits) });
const Restocked = fields({ amount: Amount, count: Count });

export const driverRequests = {
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
