/**
 * What the server says to a screen: one snapshot, then sequenced pushes of absolute figures, and
 * volatile positions. Money is in minor units of `currency`, times are ms UTC.
 */
export type Period = 'day' | 'week' | 'month' | 'year' | 'all';
export type ListName = 'products' | 'stations' | 'drivers' | 'devices';

export type Tally = { readonly amount: number; readonly orders: number };
/** `stations` is what drivers bought to restock, `devices` what passengers bought in the cars. */
export type Totals = { readonly stations: Tally; readonly devices: Tally };

/** One place of a ranking. `count` is orders, or units for products. */
export type Row = {
  readonly id: string;
  readonly name: string;
  /** Told of products, by snapshots alone. */
  readonly nameEn?: string;
  readonly amount: number;
  readonly count: number;
};
export type Top = { readonly [list in ListName]: readonly Row[] };

export type Car = {
  readonly id: string;
  readonly lon: number;
  readonly lat: number;
  readonly at: number;
  readonly online: boolean;
  /** It has an order to pick up at a station. */
  readonly pickup: boolean;
};

export type Station = { readonly id: string; readonly name: string; readonly lon: number; readonly lat: number };

/** One order that went through. */
export type Order = {
  readonly id: string;
  readonly at: number;
  readonly kind: 'sale' | 'restock';
  readonly where: string;
  readonly what: string;
  readonly amount: number;
  readonly lon?: number;
  readonly lat?: number;
};

export type CurveDay = {
  readonly day: string;
  readonly stations: number;
  readonly devices: number;
  readonly orders: number;
};

export type City = { readonly name: string; readonly nameEn: string; readonly lon: number; readonly lat: number };

/** The answer of `fleet.snapshot`: everything as it stood at `at`, each stream at its `head`. */
export type Snapshot = {
  readonly at: number;
  readonly zone: string;
  readonly currency: string;
  readonly city: City;
  readonly day: string;
  readonly dayEndsAt: number;
  readonly today: { readonly stream: string; readonly head: number; readonly totals: Totals };
  readonly shown: {
    readonly period: Period;
    readonly stream: string;
    readonly head: number;
    readonly totals: Totals;
    readonly top: Top;
  };
  /** Seven days, the last is today. */
  readonly curve: readonly CurveDay[];
  readonly census: { readonly stream: string; readonly head: number; readonly total: number; readonly online: number };
  readonly stations: readonly Station[];
  readonly cars: readonly Car[];
  /** Newest first. */
  readonly recent: readonly Order[];
};

type Sequenced = {
  readonly stream: string;
  readonly seq: number;
  /** The seq of the push before it on this stream. */
  readonly prev: number;
};

export type TotalsPush = Sequenced & {
  readonly name: 'totals';
  readonly data: {
    readonly totals: Totals;
    readonly rows: readonly (Omit<Row, 'nameEn'> & { readonly list: ListName })[];
    readonly recent: readonly Order[];
  };
};
export type CensusPush = Sequenced & {
  readonly name: 'census';
  readonly data: { readonly total: number; readonly online: number };
};
export type Push = TotalsPush | CensusPush;

/** The answer of `stream.follow`. `lagged`: too much was missed to be told one by one. */
export type Followed = { readonly head: number; readonly missed: readonly Push[]; readonly lagged: boolean };
