/** Stations: depots that sell wholesale to drivers. */
import { Type } from '@sinclair/typebox';

import type { StationCommands } from '../../actors/station/commands.js';
import type { StationReads } from '../../actors/station/reads.js';
import { keyOf } from '../../actors/runtime/ids.js';
import type { Json } from '../../store/ports.js';
import { told } from '../answer.js';
import { actor, read, type Call } from './declare.js';
import {
  Amount,
  atMost,
  Count,
  Currency,
  fields,
  Lat,
  Lon,
  Price,
  ProductId,
  StationId,
  Title,
  UnitsOrNone,
} from './fields.js';
import { without } from './without.js';

const station = actor<StationCommands, StationReads>('station');

const Address = Type.String({ maxLength: 200, rule: 'at most 200 characters' });
const Supply = fields({ product: ProductId, name: Title, free: Count, price: Amount });

/** Stations that one question answers at most. */
const MOST_NEAR = 100;

/** A station's own people speak for their station; the platform names one. */
function stationKey(named: string | undefined, call: Call): string {
  return call.role === 'platform' && named !== undefined ? named : keyOf(call.subject);
}

export const stationRequests = {
  'station.register': station.command({
    summary: 'Registers a station, or changes what it is called and where it stands.',
    access: ['platform'],
    input: fields({ id: Type.Optional(StationId), name: Title, lon: Lon, lat: Lat, address: Type.Optional(Address) }),
    output: fields({ station: StationId }),
    errors: [],
    type: 'register',
    key: ({ id }, call) => id ?? `st_${call.id}`,
    message: (input) => without(input, 'id'),
  }),

  'station.stock': station.command({
    summary: 'Sets supply and price of products: units in the house now, those reserved for orders included.',
    access: ['station', 'platform'],
    input: fields({
      station: Type.Optional(StationId),
      lines: atMost(200, fields({ product: ProductId, units: UnitsOrNone, price: Price }), 1),
    }),
    output: fields({ products: Count }),
    errors: ['unknown_product', 'unknown_station', 'stock_reserved', 'too_many_products'],
    type: 'stock',
    key: (input, call) => stationKey(input.station, call),
    async message({ lines }, _call, { catalogue }) {
      const named = await catalogue.named(lines);
      return 'unstored' in named ? named : { lines: named.lines };
    },
  }),

  'station.page': station.read({
    summary: 'What a station sells: free units and prices.',
    access: 'logged in',
    input: fields({ station: StationId }),
    output: fields({
      ...{ station: StationId, name: Title, lon: Lon, lat: Lat, address: Address, currency: Currency },
      supply: Type.Array(Supply),
    }),
    errors: ['unknown_station'],
    name: 'page',
    key: (input) => input.station,
    question: () => ({}),
  }),

  'station.near': read({
    summary: 'Stations within a radius, nearest first, with the way there and which of the lacking products they have.',
    access: ['driver', 'platform'],
    input: fields({
      ...{ lon: Lon, lat: Lat },
      radiusM: Type.Integer({ minimum: 1, maximum: 200_000, rule: 'metres, 1 to 200000' }),
      lacking: Type.Optional(atMost(100, ProductId)),
    }),
    output: fields({
      stations: Type.Array(
        fields({
          ...{ id: StationId, name: Title, lon: Lon, lat: Lat, address: Address },
          distanceM: Count,
          /** Degrees clockwise from north. */
          bearing: Type.Number(),
          /** Of the lacking products those that can be ordered there now. */
          has: Type.Array(ProductId),
        }),
      ),
    }),
    errors: [],
    run({ lon, lat, radiusM, lacking = [] }, _call, { stations }) {
      const near = stations.near({ lon, lat }, radiusM, MOST_NEAR).map((found) => {
        const { name = '', address = '', stock = {} } = found.fields;
        const has = lacking.filter((product) => Number((stock as Record<string, Json>)[product] ?? 0) > 0);
        return {
          id: found.id,
          name,
          address,
          lon: found.lon,
          lat: found.lat,
          distanceM: found.distanceM,
          bearing: found.bearing,
          has,
        };
      });
      return Promise.resolve(told({ stations: near }));
    },
  }),
};
