/**
 * What a station holds: its supply, its open orders, its figures. Plain JSON. Finished orders leave the
 * state (the view `restocks` keeps them), so it is bounded by limits.ts.
 */
import type { RecentItem } from '../ranking/commands.js';
import { own } from '../shared/own.js';
import type { PeriodName } from '../shared/period.js';
import type { OrderedLine, RestockState } from './commands.js';

/** One product's supply: `reserved` <= `count`, both in units (B3); what a driver can order is the difference. */
export type Supply = { name: string; count: number; reserved: number; price: number };

/** States of an order that is still in the state. */
export type OpenState = Extract<RestockState, 'to_pay' | 'to_prepare' | 'ready'>;

/** One try to pay: from the wallet (`balance`) or by a provider, which has a payment of its own. Tries count from 1. */
export type Try = { readonly method: string; readonly payment?: string; failed: boolean };

export type OpenRestock = {
  /** The driver's key, and the name that he shows to stations: all that a station knows of him. */
  driver: string;
  driverName: string;
  state: OpenState;
  /** As ordered: never rewritten. */
  lines: readonly OrderedLine[];
  /** Sum of the lines, minor units. */
  total: number;
  placedAt: number;
  expiresAt: number;
  /** Tries to pay so far; one that failed may still bring its money late. */
  tries: Try[];
  /** The try that paid; 0 while `to_pay`. */
  paidBy: number;
  /** Units that the station accepted, by product, without the refused ones; null until it has answered. */
  accepted: readonly OrderedLine[] | null;
  /** What the driver shows to get the goods; empty until the station has accepted. */
  code: string;
  /** Wrong codes that may still be tried. */
  attemptsLeft: number;
};

/** What was supplied of one product. */
export type ProductFigures = { amount: number; units: number };

/** Figures of one period: accepted money in minor units, accepted orders, and both by product. */
export type PeriodFigures = {
  /** Key of the period, as business calendars have it; empty before the first order. */
  key: string;
  amount: number;
  count: number;
  products: Record<string, ProductFigures>;
};

/** What the rankings have not been told yet. */
export type Untold = {
  /** Whether a timer to tell them stands: `day` of the day's figures, `longer` of the other periods'. */
  day: boolean;
  longer: boolean;
  /** Reports sent so far: the seq of the last one. */
  seq: number;
  recent: RecentItem[];
  /** Periods that ended before their last figures were told. */
  ended: { period: PeriodName; figures: PeriodFigures }[];
};

/** Orders ever taken, and how they ended; placed = the other four together, at every moment (B3). */
export type Counters = { placed: number; pickedUp: number; refused: number; cancelled: number; open: number };

export type StationState = {
  registered: boolean;
  name: string;
  /** Degrees, WGS-84. */
  lon: number;
  lat: number;
  address: string;
  /** Of all its prices. */
  currency: string;
  supply: Record<string, Supply>;
  orders: Record<string, OpenRestock>;
  counters: Counters;
  figures: Record<PeriodName, PeriodFigures>;
  untold: Untold;
};

export function initialStation(): StationState {
  return {
    registered: false,
    name: '',
    lon: 0,
    lat: 0,
    address: '',
    currency: '',
    supply: {},
    orders: {},
    counters: { placed: 0, pickedUp: 0, refused: 0, cancelled: 0, open: 0 },
    figures: { day: noFigures(), week: noFigures(), month: noFigures(), year: noFigures(), all: noFigures() },
    untold: { day: false, longer: false, seq: 0, recent: [], ended: [] },
  };
}

export function noFigures(key = ''): PeriodFigures {
  return { key, amount: 0, count: 0, products: {} };
}

/** Units of a product that can be ordered now; undefined when it is not sold here. */
export function freeOf(state: Readonly<StationState>, product: string): number | undefined {
  const supply = own(state.supply, product);
  return supply && supply.count - supply.reserved;
}

/** Minor units of all lines together. */
export function amountOf(lines: readonly OrderedLine[]): number {
  return lines.reduce((sum, { units, price }) => sum + units * price, 0);
}
