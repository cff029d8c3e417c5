/**
 * What owners tell a ranking, and what can be asked of it.
 *
 * One ranking actor holds one period in one currency: `ranking:<day|week|month|year|all>.<key>.<currency>`,
 * e.g. `ranking:week.2026-W47.CNY`. Owners (devices, stations) report their *absolute* totals of that period
 * with a seq of their own; the highest seq of an owner wins, so lost, repeated and reordered reports are harmless.
 */
import type { ActorId } from '../../store/ports.js';
import type { PeriodName, Periods } from '../shared/period.js';

/** Who reports: devices what they sold (settled sales), stations what they supplied (accepted restocks). */
export type ReporterList = 'devices' | 'stations';

/** What is ranked. Drivers are ranked by the sales of their devices, products by what stations supply. */
export type RankedList = ReporterList | 'drivers' | 'products';

/** One thing that just happened, for the running line of the screen. */
export type RecentItem = {
  /** The sale or restock. */
  readonly id: string;
  /** ms UTC. */
  readonly at: number;
  /** Name of the place that sold. */
  readonly where: string;
  /** Name of the goods. */
  readonly product: string;
  /** Minor units of the ranking's currency. */
  readonly amount: number;
  /** Where on the map, when the owner knows it: degrees, WGS-84. */
  readonly lon?: number;
  readonly lat?: number;
};

/** An owner's absolute totals of the ranking's period. Amounts are minor units of the ranking's currency. */
export type Report = {
  /** The owner's key: `d_…` or `st_…`; the caller is the owner itself. */
  readonly from: string;
  readonly fromName: string;
  /** Rises with each report of this owner to this ranking; from 1. Any counter of the owner that only rises will do. */
  readonly seq: number;
  readonly list: ReporterList;
  readonly amount: number;
  /** Sales or restocks. */
  readonly count: number;
  /**
   * Devices: what was sold under each driver who owned the device in this period; the sums are kept over all devices.
   */
  readonly driver?: readonly {
    readonly id: string;
    readonly name: string;
    readonly amount: number;
    readonly count: number;
  }[];
  /** Stations: what was supplied of each product. Devices leave it out or empty: hot goods are what stations supply. */
  readonly products?: readonly {
    readonly id: string;
    readonly name: string;
    readonly amount: number;
    readonly units: number;
  }[];
  /** What happened since the report before; display only, at most {@link RECENT} are kept. */
  readonly recent?: readonly RecentItem[];
};

/** What an owner answers the read `figures`: its present periods, each as a ranking would take it now. */
export type OwnFigures = {
  readonly periods: readonly { readonly period: PeriodName; readonly key: string; readonly report: Report }[];
};

/** Recent items that a ranking keeps, and a report may carry. */
export const RECENT = 50;

/** Rows that one `top` may ask for. */
export const MOST_ROWS = 100;

export type Ticker = {
  readonly id: string;
  /** ms UTC. */
  readonly at: number;
  readonly kind: 'sale' | 'restock';
  readonly where: string;
  readonly what: string;
  readonly amount: number;
  readonly lon?: number;
  readonly lat?: number;
};

export type Figures = { readonly amount: number; readonly orders: number };

/** What all owners of each list sold together. */
export type Totals = { readonly stations: Figures; readonly devices: Figures };

/** One ranked row; `count` is sales, restocks, or, of products, units. */
export type RankedRow = { readonly id: string; readonly name: string; readonly amount: number; readonly count: number };

/** All that a screen shows of one period. */
export type Board = {
  readonly totals: Totals;
  readonly top: Readonly<Record<RankedList, readonly RankedRow[]>>;
  /** Newest first. */
  readonly recent: readonly Ticker[];
};

export type RankingCommands = {
  /** Reply `kept: false`: a report with this seq or a higher one was known already. */
  report: { input: Report; reply: { kept: boolean } };
};

export type RankingReads = {
  /** The first `limit` (1 to {@link MOST_ROWS}) rows by amount, then id. */
  top: { input: { readonly list: RankedList; readonly limit: number }; reply: readonly RankedRow[] };
  totals: { input: object; reply: Totals };
  board: { input: { readonly limit: number }; reply: Board };
};

/** The key of the ranking actor of a period. */
export function rankingKey(period: PeriodName, key: string, currency: string): string {
  return `${period}.${key}.${currency}`;
}

/** The ranking actor of one of a day's periods. */
export function rankingId(period: PeriodName, periods: Periods, currency: string): ActorId {
  return `ranking:${rankingKey(period, periods[period], currency)}`;
}
