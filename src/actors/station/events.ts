/**
 * What happens at a station. An event carries results: the price that was asked, the business day, the
 * code that was drawn; so a replay asks neither settings nor calendar for what the day was (R6).
 *
 * `driver` is a driver's key. Events that end an order carry the whole of it, because it leaves the state.
 */
import type { OrderedLine, ProductUnits } from './commands.js';

/** An order as it leaves the state. */
export type Finished = {
  readonly restock: string;
  readonly driver: string;
  readonly driverName: string;
  readonly lines: readonly OrderedLine[];
  readonly total: number;
  readonly currency: string;
  readonly placedAt: number;
};

export type StationEvents = {
  stationRegistered: {
    readonly name: string;
    readonly lon: number;
    readonly lat: number;
    readonly address: string;
    readonly currency: string;
  };
  supplySet: {
    readonly lines: readonly {
      readonly product: string;
      readonly name: string;
      readonly count: number;
      readonly price: number;
    }[];
  };
  restockPlaced: {
    readonly restock: string;
    readonly driver: string;
    readonly driverName: string;
    readonly lines: readonly OrderedLine[];
    readonly total: number;
    readonly currency: string;
    readonly expiresAt: number;
  };
  paymentStarted: {
    readonly restock: string;
    readonly driver: string;
    readonly attempt: number;
    readonly method: string;
    /** At a provider: the payment's key and where the driver pays it. */
    readonly payment?: string;
    readonly url?: string;
  };
  paymentFailed: {
    readonly restock: string;
    readonly driver: string;
    readonly attempt: number;
    /** An error code, or a provider's `refused`, `expired`, `amount_differs`. */
    readonly reason: string;
  };
  restockPaid: {
    readonly restock: string;
    readonly driver: string;
    readonly driverName: string;
    readonly total: number;
    readonly currency: string;
    readonly method: string;
    /** The try that paid. */
    readonly attempt: number;
  };
  /** Money came for an order that is not to be paid (any more), and goes back. */
  paymentReturned: {
    readonly restock: string;
    readonly driver?: string;
    readonly amount: number;
    readonly currency: string;
  };
  restockCancelled: Finished & { readonly reason: 'by_driver' | 'not_paid' };
  restockAccepted: {
    readonly restock: string;
    readonly driver: string;
    /** Lines with units above zero. */
    readonly accepted: readonly OrderedLine[];
    readonly released: readonly ProductUnits[];
    readonly amount: number;
    readonly refunded: number;
    readonly currency: string;
    readonly code: string;
    readonly day: string;
  };
  /** The station took no line of a paid order, or never answered: all of the money goes back. */
  restockRefused: Finished & { readonly reason: 'by_station' | 'not_answered'; readonly refunded: number };
  restockReady: { readonly restock: string; readonly driver: string };
  pickUpCodeRenewed: { readonly restock: string; readonly driver: string; readonly code: string };
  wrongCodeShown: { readonly restock: string; readonly attemptsLeft: number };
  restockPickedUp: Finished & { readonly accepted: readonly OrderedLine[] };
  rankingsTold: { readonly slow: boolean };
};
