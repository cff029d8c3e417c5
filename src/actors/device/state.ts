/**
 * What a device holds. Plain JSON, changed in place by `evolve*.ts` alone.
 *
 *   B3  For each slot 0 <= reserved <= count <= capacity; `reserved` is what open and doubtful sales hold of it.
 *       placed = settled + refunded + cancelled + open, at every moment.
 */
import type { PeriodName } from '../shared/period.js';
import type { RecentItem } from '../ranking/commands.js';
import type { MissingLine, Place, SaleLine, SaleState } from './commands.js';

export type Slot = {
  product: string;
  name: string;
  capacity: number;
  /** Units inside, those reserved included. */
  count: number;
  /** Units that open sales hold, and refunded ones of which nobody knows whether they were dropped. */
  reserved: number;
  price: number;
};

/** A sale while it is open, and, among the last that closed, with what became of it. */
export type Sale = {
  /** `p_…`; shown to nobody but that passenger and the platform. */
  passenger: string;
  /** `dr_…`, who owned the device when the sale was placed, and is paid for it. */
  owner: string;
  ownerName: string;
  lines: readonly SaleLine[];
  total: number;
  at: number;
  expiresAt: number;
  state: SaleState;
  where?: Place;
  /** What it is paid with: `balance`, or a payment `pay_…`; the last that was begun, or the one that paid. */
  payment?: string;
  /** Of a paid sale: nothing is dropped after this. */
  until?: number;
  closedAt?: number;
  /** For what was dropped. */
  amount?: number;
  refunded?: number;
  missing?: readonly MissingLine[];
};

/** What was sold in one span. */
export type Span = {
  /** The span's name: `2026-11-21`, `2026-W47`, … ; '' before the first sale. */
  key: string;
  amount: number;
  orders: number;
};

/** One of the five totals that a device keeps. */
export type PeriodTotals = Span & {
  products: Record<string, { name: string; amount: number; units: number }>;
  /** Under each driver who owned the device in this span. */
  drivers: Record<string, { name: string; amount: number; count: number }>;
  /** The last span before this in which something was sold. */
  before: Span | null;
};

export type Fault = { fault: string; slot?: number; detail?: string; at: number };

export type DeviceState = {
  standing: 'unknown' | 'free' | 'claimed' | 'retired';
  name: string;
  currency: string;
  keyHash: string;
  feeBasisPoints: number;
  /** The one-time code that the device shows, as a digest. */
  code: { hash: string; expiresAt: number } | null;
  owner: { driver: string; name: string } | null;
  /** By number. */
  slots: Record<string, Slot>;
  /** `seq` counts changes between online and offline, for the census. */
  presence: {
    online: boolean;
    connection: string;
    since: number;
    seq: number;
    lastOffline: { at: number; reason: string } | null;
  };
  /** By fault, or fault and slot. */
  faults: Record<string, Fault>;
  /** Open ones, by id. */
  sales: Record<string, Sale>;
  /** Of each passenger the number of open sales that are not paid. */
  unpaid: Record<string, number>;
  /** Lines of sales that were refunded because no report came in time: until one comes, their units stay reserved. */
  doubts: Record<string, readonly SaleLine[]>;
  /** The last that closed, oldest first: for who asks right after, and for the view. */
  closed: { id: string; sale: Sale }[];
  counters: { placed: number; settled: number; refunded: number; cancelled: number; open: number };
  totals: Record<PeriodName, PeriodTotals>;
  /** Sold since the rankings were last told of the day. */
  news: RecentItem[];
  /** Which timers are running. */
  pending: { fast: boolean; slow: boolean; sweep: boolean };
  /** Fees kept since the last sweep, and the number of sweeps. */
  fees: { kept: number; sweeps: number };
};

function emptyTotals(): PeriodTotals {
  return { key: '', amount: 0, orders: 0, products: {}, drivers: {}, before: null };
}

export function emptyDevice(): DeviceState {
  return {
    standing: 'unknown',
    name: '',
    currency: '',
    keyHash: '',
    feeBasisPoints: 0,
    code: null,
    owner: null,
    slots: {},
    presence: { online: false, connection: '', since: 0, seq: 0, lastOffline: null },
    faults: {},
    sales: {},
    unpaid: {},
    doubts: {},
    closed: [],
    counters: { placed: 0, settled: 0, refunded: 0, cancelled: 0, open: 0 },
    totals: { day: emptyTotals(), week: emptyTotals(), month: emptyTotals(), year: emptyTotals(), all: emptyTotals() },
    news: [],
    pending: { fast: false, slow: false, sweep: false },
    fees: { kept: 0, sweeps: 0 },
  };
}
