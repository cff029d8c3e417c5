/**
 * What a station can be told and asked. A station is a depot that sells wholesale to drivers; one
 * order of one driver at one station is a restock. Quantities are whole units, amounts minor units
 * of the station's currency, times ms UTC.
 *
 * The first table is for people and other actors; the second is the station's own (replies to what
 * it sent, and its timers), and no caller but the station itself is heard there.
 */
import type { Json } from '../../store/ports.js';
import type { PayeeCommands } from '../payment/commands.js';
import type { Reply } from '../runtime/definition.js';

/** The six states of a restock; the first four are a driver's 1 to pay, 2 to prepare, 3 ready, 4 picked up. */
export type RestockState = 'to_pay' | 'to_prepare' | 'ready' | 'picked_up' | 'cancelled' | 'refused';

/** One product of an order, as it was ordered: price in minor units for one unit. */
export type OrderedLine = {
  readonly product: string;
  readonly name: string;
  readonly units: number;
  readonly price: number;
};

/** A quantity of one product. */
export type ProductUnits = { readonly product: string; readonly units: number };

/**
 * Sets one product's supply: `units` is what is in the house now, those reserved for orders
 * included. The name is the catalogue's; whoever sends the command looks it up.
 */
export type StockLine = {
  readonly product: string;
  readonly name: string;
  readonly units: number;
  readonly price: number;
};

/** What the station says to an order that it took. */
export type PlacedRestock = {
  readonly restock: string;
  readonly stationName: string;
  readonly lines: readonly OrderedLine[];
  readonly total: number;
  readonly currency: string;
  /** The order is cancelled when it is not paid by then. */
  readonly expiresAt: number;
};

/** Where an order stands after a command. */
export type RestockAnswer = { readonly restock: string; readonly state: RestockState };

/** Commands of people and of other actors. */
export type StationPublicCommands = {
  /** By the platform. Again with other fields: changes them. Refuses `bad_input`. */
  register: {
    input: { readonly name: string; readonly lon: number; readonly lat: number; readonly address?: string };
    reply: { readonly station: string };
  };
  /**
   * By a job that found what the place is called: taken where there is no address and the station still stands there.
   */
  setAddress: {
    input: { readonly lon: number; readonly lat: number; readonly address: string };
    reply: { readonly station: string };
  };
  /** By the station or the platform; at most 200 lines. Refuses `stock_reserved`, `too_many_products`. */
  stock: { input: { readonly lines: readonly StockLine[] }; reply: { readonly products: number } };
  /** By a driver's actor, at check-out. Refuses `sold_out`, `not_sold_here`, `too_many_open_restocks`. */
  placeRestock: {
    input: { readonly restock: string; readonly driverName: string; readonly lines: readonly ProductUnits[] };
    reply: PlacedRestock;
  };
  /**
   * By the driver whose order it is. `method` is `balance` or a payment provider's name. The answer
   * is that the payment is on its way; how it ended is pushed on the driver's channel. Refuses
   * `already_paid`, `already_paying`, `too_many_attempts`, `unknown_provider`.
   */
  payRestock: {
    input: { readonly restock: string; readonly method: string };
    reply: { readonly restock: string; readonly state: 'paying'; readonly payment?: string };
  };
  /** By the driver whose order it is, or by his actor; before it is paid. */
  cancelRestock: { input: { readonly restock: string }; reply: RestockAnswer };
  /** By the station: the units it accepts of each product; 0, or a product left out, refuses the line. */
  acceptRestock: {
    input: { readonly restock: string; readonly lines: readonly ProductUnits[] };
    reply: RestockAnswer & { readonly accepted: number; readonly refunded: number };
  };
  /** By the station: the goods stand ready. */
  readyRestock: { input: { readonly restock: string }; reply: RestockAnswer };
  /** By the driver whose order it is: a fresh pick-up code, the old one ends. Told on his channel. */
  renewPickUpCode: { input: { readonly restock: string }; reply: RestockAnswer };
  /**
   * By the station, with the code that the driver shows. A wrong code is an answer, not a refusal,
   * because it is counted: after five the driver must ask for a new one (`code_locked`).
   */
  handOver: {
    input: { readonly restock: string; readonly code: string };
    reply: RestockAnswer & { readonly handedOver: boolean; readonly attemptsLeft: number };
  };
};

/** What the station wants to find beside the answer to a charge, or to a payment's opening. */
export type PaymentNote = {
  readonly restock: string;
  readonly driver: string;
  /** Which try to pay this is; counts from 1. */
  readonly attempt: number;
  readonly amount: number;
  readonly currency: string;
};

/** The station's own: replies and timers. */
export type StationOwnCommands = {
  chargeAnswered: { input: Reply<Json, PaymentNote>; reply: null };
  paymentOpened: { input: Reply<Json, PaymentNote>; reply: null };
  /** Timer: the order was not paid in time. */
  expireRestock: { input: { readonly restock: string }; reply: null };
  /** Timer: the order was paid, and the station never answered. */
  lapseRestock: { input: { readonly restock: string }; reply: null };
  /** Timer, or a job by `system:…`: tells the rankings of the day, or of the longer periods, what changed. */
  tellRankings: { input: { readonly slow: boolean }; reply: null };
};

export type StationCommands = StationPublicCommands & PayeeCommands & StationOwnCommands;
