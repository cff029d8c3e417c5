/** The fleet on the map and on the big screen. */
import { Type } from '@sinclair/typebox';

import { keyOf } from '../../actors/runtime/ids.js';
import { refused, told } from '../answer.js';
import type { ErrorCode } from '../../errors.js';
import { command, read } from './declare.js';
import { Amount, Count, Currency, fields, Lat, Lon, Period, Time, word } from './fields.js';

const Figures = fields({ amount: Amount, orders: Count });
export const Totals = fields({ stations: Figures, devices: Figures });
export const Row = fields({
  ...{ id: Type.String(), name: Type.String(), nameEn: Type.Optional(Type.String()) },
  ...{ amount: Amount, count: Count },
});
export const Ticker = fields({
  ...{ id: Type.String(), at: Time, kind: word('sale', 'restock'), where: Type.String(), what: Type.String() },
  ...{ amount: Amount, lon: Type.Optional(Lon), lat: Type.Optional(Lat) },
});
export const Car = fields({
  ...{ id: Type.String(), lon: Lon, lat: Lat, at: Time, online: Type.Boolean(), pickup: Type.Boolean() },
});
const Stream = { stream: Type.String(), head: Count };
const Rows = Type.Array(Row);

export const fleetRequests = {
  'position.ping': command({
    summary: 'Where the driver is. The last position is kept; none is journaled.',
    access: ['driver'],
    input: fields({
      ...{ lon: Lon, lat: Lat, at: Type.Optional(Time) },
      bearing: Type.Optional(Type.Number({ minimum: 0, maximum: 360, rule: 'degrees from 0 to 360' })),
    }),
    output: fields({ kept: Type.Boolean() }),
    errors: ['position_jump'],
    run(ping, call, { positions }) {
      const kept = positions.ping(keyOf(call.subject), ping);
      if (!('refused' in kept)) return Promise.resolve(told({ kept: kept.kept }));
      const { code, message, details } = kept.refused;
      // The geo rooms refuse with codes of the registry alone.
      return Promise.resolve(refused(code as ErrorCode, message, details === undefined ? {} : { details }));
    },
  }),

  'fleet.snapshot': read({
    summary: 'All that a big screen shows at one moment; what changes from then on is told on the streams it names.',
    access: ['screen', 'platform'],
    input: fields({ period: Period }),
    output: fields({
      ...{ at: Time, zone: Type.String(), currency: Currency, day: Type.String(), dayEndsAt: Time },
      city: fields({ name: Type.String(), nameEn: Type.String(), lon: Lon, lat: Lat }),
      today: fields({ ...Stream, totals: Totals }),
      shown: fields({
        ...{ period: Period, ...Stream, totals: Totals },
        top: fields({ products: Rows, stations: Rows, drivers: Rows, devices: Rows }),
      }),
      curve: Type.Array(fields({ day: Type.String(), stations: Amount, devices: Amount, orders: Count })),
      census: fields({ ...Stream, total: Count, online: Count }),
      stations: Type.Array(fields({ id: Type.String(), name: Type.String(), lon: Lon, lat: Lat })),
      cars: Type.Array(Car),
      recent: Type.Array(Ticker),
    }),
    errors: [],
    run: ({ period }, _call, { fleet }) => fleet.snapshot(period),
  }),
};
