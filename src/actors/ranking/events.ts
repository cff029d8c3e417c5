import type { RankedList, ReporterList, Ticker, Totals } from './commands.js';

/** A row that changed, with its new absolute figures. */
export type ChangedRow = {
  readonly list: RankedList;
  readonly id: string;
  readonly name: string;
  readonly amount: number;
  readonly count: number;
};

/** A report that counts. It carries results only, so what screens hear is a function of it alone (ENGINE 20). */
export type Reported = {
  readonly list: ReporterList;
  readonly from: string;
  readonly seq: number;
  readonly totals: Totals;
  /** The owner's own row, and the rows of drivers or products that its report changed. */
  readonly rows: readonly ChangedRow[];
  /** Newest first. */
  readonly recent: readonly Ticker[];
};

export type RankingEvents = {
  reported: Reported;
};
