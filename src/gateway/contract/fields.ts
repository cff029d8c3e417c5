/** The fields that declarations are made of; each says its rule in words, for the error and for the pages. */
import { Type, type TObject, type TProperties, type TSchema, type TUnion, type TLiteral } from '@sinclair/typebox';

/** Fields that must be there and no others. */
export function fields<P extends TProperties>(properties: P): TObject<P> {
  return Type.Object(properties, { additionalProperties: false });
}

type Literals<W extends string[]> = { [K in keyof W]: TLiteral<W[K]> };

/** One of some words. */
export function word<const W extends string[]>(...words: W): TUnion<Literals<W>> {
  const union = Type.Union(
    words.map((one) => Type.Literal(one)),
    { rule: `one of ${words.join(', ')}` },
  );
  return union as unknown as TUnion<Literals<W>>;
}

/** At most `most` of something. */
export function atMost<T extends TSchema>(most: number, item: T, least = 0) {
  return Type.Array(item, { minItems: least, maxItems: most });
}

/** Ids and names: no `/`, no `:`. */
const NAME = '^[A-Za-z0-9_.@+-]{1,64}$';

/** An id of the server's, `<prefix>_…`. */
function id(prefix: string, what: string) {
  return Type.String({
    pattern: `^${prefix}_[A-Za-z0-9_-]{1,60}$`,
    rule: `the id of a ${what}, ${prefix}_ and 1 to 60 letters, digits, _ or -`,
    examples: [`${prefix}_7QxT2`],
  });
}

export const DeviceId = id('d', 'device');
export const StationId = id('st', 'station');
export const DriverId = id('dr', 'driver');
export const ProductId = id('pr', 'product');
export const SaleId = id('s', 'sale');
export const RestockId = id('r', 'restock');
export const PaymentId = id('pay', 'payment');

export const LoginName = Type.String({
  pattern: NAME,
  rule: '1 to 64 letters, digits or _ . @ + -',
  examples: ['li.wei'],
});

/** What people call a thing or themselves. */
export const Title = Type.String({
  pattern: '^[^\\u0000-\\u001f\\u007f]{1,80}$',
  rule: '1 to 80 characters without control characters',
});

/** What people are called by others. */
export const LONGEST_DISPLAY_NAME = 40;
export const DisplayName = Type.String({
  pattern: '^[^\\u0000-\\u001f\\u007f]{1,40}$',
  rule: '1 to 40 characters without control characters',
});

export const Password = Type.String({ minLength: 8, maxLength: 256, rule: '8 to 256 characters' });

/** A one-time code or a secret that was handed out. */
export const Code = Type.String({ pattern: '^[A-Za-z0-9_-]{4,128}$', rule: '4 to 128 letters, digits, _ or -' });

export const Currency = Type.String({ pattern: '^[A-Z]{3}$', rule: 'an ISO 4217 code such as CNY', examples: ['CNY'] });

/** Minor units, e.g. fen (B1). */
export const Price = Type.Integer({
  minimum: 1,
  maximum: 100_000_000,
  rule: 'a whole number of minor units, 1 to 100000000',
});
export const Amount = Type.Integer({ rule: 'a whole number of minor units' });

export const Units = Type.Integer({ minimum: 1, maximum: 999, rule: 'a whole number from 1 to 999' });
export const UnitsOrNone = Type.Integer({ minimum: 0, maximum: 1_000_000, rule: 'a whole number from 0 to 1000000' });
export const Slot = Type.Integer({ minimum: 1, maximum: 99, rule: 'a slot’s number, 1 to 99' });
export const Count = Type.Integer({ minimum: 0 });

/** ms UTC. */
export const Time = Type.Integer({ minimum: 0, rule: 'a time in ms UTC' });

export const Lon = Type.Number({ minimum: -180, maximum: 180, rule: 'degrees from -180 to 180' });
export const Lat = Type.Number({ minimum: -90, maximum: 90, rule: 'degrees from -90 to 90' });

/** Where the page before ended, as it was told. */
export const Cursor = Type.String({ maxLength: 512, rule: 'the cursor of the page before' });

export const Period = word('day', 'week', 'month', 'year', 'all');
export const PayMethod = word('balance', 'sandbox');
