/**
 * What a device can be told and asked. A device is the vending box in one car: numbered slots of
 * goods, sold to passengers for its owner, a driver. Amounts are minor units of the device's
 * currency, quantities whole units, times ms UTC.
 *
 * Each command says who may give it; anybody else hears `not_allowed` or `not_yours`. The first
 * table is for people, devices and other actors; the second is the device's own (replies to what it
 * sent, and its timers), and no caller but the device itself is heard there.
 *
 * Streams of `device:<key>`
 *   passenger.<p_…>  one passenger's sales here: `sale.paid`, `sale.unpaid`, `sale.toPay`, `sale.settled`,
 *                    `sale.refunded`, `sale.cancelled`
 *   box              the device's own: `dispense` {sale, lines, until}, `shop.changed`
 *   owner            its owner's: `sale.settled`, `sale.refunded`, `stock.low`, `stock.loaded`, `device.online`,
 *                    `device.offline`, `device.fault`, `device.faultCleared`, `device.keyRenewed`, `device.retired`,
 *                    `owner.changed` (whoever follows must be checked again)
 */
import type { OpenedPayment, PayeeCommands } from '../payment/commands.js';
import { messagesTo, type Reply } from '../runtime/definition.js';
import type { Moved } from '../wallet/commands.js';

/** `balance`: from the passenger's wallet; else a payment provider's name. */
export type PayMethod = 'balance' | 'sandbox';

/** Where a sale was made: degrees, WGS-84. */
export type Place = { readonly lon: number; readonly lat: number };

/** Units of one slot. */
export type SlotUnits = { readonly slot: number; readonly units: number };

/** One line of a sale, as it was placed: `price` of one unit. */
export type SaleLine = {
  readonly slot: number;
  readonly product: string;
  readonly name: string;
  readonly units: number;
  readonly price: number;
};

/**
 * Where a sale stands. Open: `placed` (to pay), `paying`, `paid` (to dispense). Closed: `settled` (something
 * was dropped), `refunded` (nothing was), `cancelled` (by the passenger), `expired` (not paid in time).
 */
export type SaleState = 'placed' | 'paying' | 'paid' | 'settled' | 'refunded' | 'cancelled' | 'expired';

/** Units of a paid sale that were not dropped, and why: what the device said, or `no_report`. */
export type MissingLine = SlotUnits & { readonly reason: string };

/** What the passenger hears when stock is reserved. */
export type PlacedSale = {
  readonly sale: string;
  readonly state: 'placed' | 'paying';
  readonly lines: readonly SaleLine[];
  readonly total: number;
  readonly currency: string;
  /** The sale ends when it is not paid by then. */
  readonly expiresAt: number;
  /** The payment at a provider, `pay_…`, when one was begun. */
  readonly payment?: string;
};

/** What really happened at one slot. `reason` (up to 64 characters) says why units are missing: `jam`, `empty`, … */
export type DroppedLine = { readonly slot: number; readonly dropped: number; readonly reason?: string };

/** How a report of a dispense was taken. `lost`: the sale was refunded before, and the goods are gone. */
export type ReportedSale = {
  readonly sale: string;
  readonly state: 'settled' | 'refunded' | 'lost';
  /** For what was dropped. */
  readonly amount: number;
  /** Goes back to the passenger. */
  readonly refunded: number;
};

/** One slot as its owner wants it. The name is the catalogue's; whoever sends the command looks it up. */
export type PlannedSlot = {
  /** 1 to 99. */
  readonly slot: number;
  readonly product: string;
  readonly name: string;
  /** 1 to 999 units. */
  readonly capacity: number;
  /** 1 to 100,000,000 minor units. */
  readonly price: number;
};

/** Goods for one slot. */
export type LoadLine = { readonly slot: number; readonly product: string; readonly units: number };

/** Commands of people, devices and other actors. */
export type DevicePublicCommands = PayeeCommands & {
  /**
   * By the platform, once. The key itself is told to the device's installer by whoever made it; here is its
   * digest. Absent currency and fee are those of the terms.
   */
  register: {
    input: {
      readonly name: string;
      readonly keyHash: string;
      readonly currency?: string;
      readonly feeBasisPoints?: number;
    };
    reply: { readonly device: string };
  };
  /** By the platform: another key, as a digest; the old one is worth nothing from now on. Refuses `device_retired`. */
  renewKey: { input: { readonly keyHash: string }; reply: { readonly device: string } };
  /** By the device: the one-time code that it shows from now on, as `digest(device, code)`; an older one ends. */
  showCode: { input: { readonly codeHash: string }; reply: { readonly expiresAt: number } };
  /** By a driver, with the code; cuts off the former owner. `driverName` is his profile's. Refuses `wrong_code`. */
  claim: {
    input: { readonly code: string; readonly driverName: string };
    reply: { readonly device: string; readonly name: string };
  };
  /** By the platform: to another driver, without a code. */
  transfer: { input: { readonly driver: string; readonly driverName: string }; reply: { readonly device: string } };
  /** By the owner or the platform: the device belongs to nobody and does not sell. */
  release: { input: object; reply: { readonly device: string } };
  /** By the platform: out of service for good; open sales are still brought to their end. */
  retire: { input: object; reply: { readonly device: string } };

  /** By the owner: all slots; one that is left out is removed. Refuses `slot_in_use`, `bad_input`. */
  setPlanogram: { input: { readonly slots: readonly PlannedSlot[] }; reply: { readonly slots: number } };
  /**
   * By the owner's actor: goods into slots. The reply says what fitted; the rest stays the driver's.
   * A refusal (`not_yours`, `device_retired`, `bad_input`) leaves all of it with him.
   */
  loadSlots: {
    input: { readonly load: string; readonly lines: readonly LoadLine[] };
    reply: { readonly load: string; readonly loaded: readonly LoadLine[] };
  };

  /** By the owner: units that he took out of a slot for good (spoilt, stolen); they leave the books as lost. */
  takeOut: {
    input: { readonly slot: number; readonly units: number; readonly reason: string };
    reply: { readonly slot: number; readonly left: number };
  };

  /** By the device, or the gateway for it, when it has connected; `connection` names the connection. */
  cameOnline: { input: { readonly connection: string }; reply: { readonly online: true } };
  /** By the device or the gateway. Of a connection that is no longer the device's: changes nothing. */
  wentOffline: {
    input: { readonly connection: string; readonly reason: string };
    reply: { readonly online: boolean };
  };
  /** By the device: something is broken; with `slot` that slot alone does not sell, without it nothing does. */
  reportFault: {
    input: { readonly fault: string; readonly slot?: number; readonly detail?: string };
    reply: { readonly faults: number };
  };
  /** By the device: it works again. */
  clearFault: { input: { readonly fault: string; readonly slot?: number }; reply: { readonly faults: number } };

  /**
   * By a passenger: reserves stock; `pay` begins to pay in the same turn. Refuses `sold_out`, `unknown_slot`,
   * `device_not_ready`, `too_many_open_sales`, `bad_input`.
   */
  placeSale: {
    input: { readonly lines: readonly SlotUnits[]; readonly pay?: PayMethod; readonly where?: Place };
    reply: PlacedSale;
  };
  /**
   * By the passenger whose sale it is. The answer is that the payment is on its way; how it ended is pushed
   * on `passenger.<p_…>`. Refuses `unknown_sale`, `sale_closed`, `already_paying`, `already_paid`.
   */
  paySale: {
    input: { readonly sale: string; readonly method: PayMethod };
    reply: { readonly sale: string; readonly state: 'paying'; readonly payment?: string };
  };
  /** By the passenger whose sale it is, before it is paid; a payment under way comes back by itself. */
  cancelSale: { input: { readonly sale: string }; reply: { readonly sale: string; readonly state: 'cancelled' } };
  /**
   * By the device: what was dropped of each line; a line left out dropped nothing. Refuses `unknown_sale`, `not_paid`.
   */
  reportDispense: {
    input: { readonly sale: string; readonly lines: readonly DroppedLine[] };
    reply: ReportedSale;
  };
};

/** What the device wants to find beside the answer to a charge. */
export type ChargeNote = { readonly sale: string; readonly passenger: string; readonly amount: number };

/** What the device wants to find beside the answer to the opening of a payment. */
export type PaymentNote = { readonly sale: string; readonly payment: string };

/** The device's own: replies and timers. */
export type DeviceOwnCommands = {
  chargeAnswered: { input: Reply<Moved, ChargeNote>; reply: null };
  paymentOpened: { input: Reply<OpenedPayment, PaymentNote>; reply: null };
  /** Timer: the sale was not paid in time. */
  expireSale: { input: { readonly sale: string }; reply: null };
  /** Timer: the paid goods were not reported in time. */
  dispenseOverdue: { input: { readonly sale: string }; reply: null };
  /** Timer: tells the rankings of the day, or of the longer periods, what changed. */
  tellRankings: { input: { readonly slow: boolean }; reply: null };
  /** Timer: brings the kept fees to the platform's wallet. */
  sweepFees: { input: object; reply: null };
};

export type DeviceCommands = DevicePublicCommands & DeviceOwnCommands;

/** `toDevice('loadSlots', 'd_…', {…}, { reply: 'loadAnswered', note })`. */
export const toDevice = messagesTo<DeviceCommands>('device');

export type * from './answers.js';
