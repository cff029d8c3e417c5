/**
 * What happens to a device. Each event carries what an audit and the told clients need, and no more:
 * it is written for every sale. Amounts are minor units of the device's currency.
 */
import type { MissingLine, PlannedSlot, Place, SaleLine, SlotUnits } from './commands.js';

export type DeviceRegistered = { name: string; keyHash: string; currency: string; feeBasisPoints: number };
export type KeyRenewed = { keyHash: string };
export type CodeShown = { hash: string; expiresAt: number };
/** By the device's code, or by the platform; `former` owned it until now. */
export type OwnerChanged = { driver: string; driverName: string; former?: string };
export type DeviceReleased = { former: string };

/** All slots from now on; what is in them stays. */
export type PlanogramSet = { slots: readonly PlannedSlot[] };
export type SlotsLoaded = { load: string; driver: string; lines: readonly SlotUnits[] };
export type GoodsTakenOut = { slot: number; units: number; reason: string };

/** `fresh`: it was offline; else an older connection was replaced. */
export type Connected = { connection: string; fresh: boolean };
export type Disconnected = { reason: string };
export type FaultReported = { fault: string; slot?: number; detail?: string };
export type FaultCleared = { fault: string; slot?: number };

export type SaleReserved = {
  sale: string;
  passenger: string;
  owner: string;
  lines: readonly SaleLine[];
  total: number;
  expiresAt: number;
  where?: Place;
};
/** `payment`: `balance` or `pay_…`. */
export type PaymentStarted = { sale: string; payment: string };
export type PaymentReady = { sale: string; passenger: string; payment: string; url: string; expiresAt: number };
export type PaymentRefused = { sale: string; passenger: string; reason: string };
export type SalePaid = {
  sale: string;
  passenger: string;
  payment: string;
  lines: readonly SlotUnits[];
  until: number;
};
/** Money that came for a sale that does not want it (any more) goes back. */
export type PaymentReturned = {
  sale: string;
  passenger?: string;
  payment: string;
  transfer: string;
  amount: number;
  reason: 'paid_late' | 'paid_twice' | 'amount_differs';
};
export type SaleCancelled = { sale: string; passenger: string; expired: boolean };

/** Something was dropped. `amount` = `share` + `fee`; with `refunded` it is the sale's total. */
export type SaleSettled = {
  sale: string;
  passenger: string;
  /** The business day that it counts for. */
  day: string;
  /** Units dropped of each line, in the sale's order of lines. */
  dropped: readonly number[];
  amount: number;
  share: number;
  fee: number;
  refunded: number;
  missing?: readonly MissingLine[];
  /** Slots that are low since. */
  low?: readonly { slot: number; product: string; name: string; count: number }[];
};
/** Nothing was dropped, or nobody knows (`doubt`): all of it goes back. */
export type SaleRefunded = {
  sale: string;
  passenger: string;
  refunded: number;
  missing: readonly MissingLine[];
  doubt: boolean;
};
/** A report on a sale that was refunded in doubt: what was dropped after all is lost. */
export type DoubtSettled = { sale: string; dropped: readonly number[] };

export type RankingsTold = { slow: boolean };
export type FeesSwept = { transfer: string; amount: number };

export type DeviceEvents = {
  deviceRegistered: DeviceRegistered;
  keyRenewed: KeyRenewed;
  codeShown: CodeShown;
  ownerChanged: OwnerChanged;
  deviceReleased: DeviceReleased;
  deviceRetired: object;
  planogramSet: PlanogramSet;
  slotsLoaded: SlotsLoaded;
  goodsTakenOut: GoodsTakenOut;
  connected: Connected;
  disconnected: Disconnected;
  faultReported: FaultReported;
  faultCleared: FaultCleared;
  saleReserved: SaleReserved;
  paymentStarted: PaymentStarted;
  paymentReady: PaymentReady;
  paymentRefused: PaymentRefused;
  salePaid: SalePaid;
  paymentReturned: PaymentReturned;
  saleCancelled: SaleCancelled;
  saleSettled: SaleSettled;
  saleRefunded: SaleRefunded;
  doubtSettled: DoubtSettled;
  rankingsTold: RankingsTold;
  feesSwept: FeesSwept;
};
