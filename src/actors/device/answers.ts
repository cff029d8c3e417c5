/**
 * What a device answers when it is asked: its shop page, its home page, one sale. Amounts and times as in commands.ts.
 */
import type { OwnFigures } from '../ranking/commands.js';
import type { PeriodName } from '../shared/period.js';
import type { MissingLine, Place, SaleLine, SaleState, SlotUnits } from './commands.js';

/** Goods of one slot on the shop page. */
export type ShopSlot = {
  readonly slot: number;
  readonly product: string;
  readonly name: string;
  readonly price: number;
  /** Units that can be bought now. */
  readonly left: number;
};

/** The home page that a passenger gets by scanning the device's QR code. */
export type ShopPage = {
  readonly device: string;
  readonly name: string;
  readonly currency: string;
  /** Whether a sale can be placed now. */
  readonly open: boolean;
  readonly slots: readonly ShopSlot[];
};

/** One slot as its owner, the device and the platform see it. */
export type HomeSlot = ShopSlot & {
  readonly capacity: number;
  readonly count: number;
  readonly reserved: number;
  /** At or below the terms' mark. */
  readonly low: boolean;
};

/** What was sold in one span: `before` is the last span in which something was sold. */
export type HomeTotals = {
  readonly key: string;
  readonly amount: number;
  readonly orders: number;
  readonly before: { readonly key: string; readonly amount: number; readonly orders: number } | null;
  /** Best first, at most ten. */
  readonly products: readonly {
    readonly id: string;
    readonly name: string;
    readonly amount: number;
    readonly units: number;
  }[];
};

/** Everything that a device's owner, the platform and the device itself may see. Names no passenger. */
export type DeviceHome = {
  readonly device: string;
  readonly name: string;
  readonly standing: 'free' | 'claimed' | 'retired';
  readonly currency: string;
  readonly feeBasisPoints: number;
  /** `dr_…`; for the owner and the platform alone. */
  readonly owner?: string;
  readonly online: boolean;
  readonly since: number;
  readonly lastOffline: { readonly at: number; readonly reason: string } | null;
  readonly faults: readonly {
    readonly fault: string;
    readonly slot?: number;
    readonly detail?: string;
    readonly at: number;
  }[];
  readonly slots: readonly HomeSlot[];
  readonly counters: {
    readonly placed: number;
    readonly settled: number;
    readonly refunded: number;
    readonly cancelled: number;
    readonly open: number;
  };
  readonly totals: Readonly<Record<PeriodName, HomeTotals>>;
  /** Paid and not reported: what the box still has to drop before `until`. */
  readonly dispenses: readonly {
    readonly sale: string;
    readonly lines: readonly SlotUnits[];
    readonly until: number;
  }[];
  /** Refunded without a report: the device says with `reportDispense` what was dropped of them after all. */
  readonly doubts: readonly { readonly sale: string; readonly lines: readonly SlotUnits[] }[];
};

/** One sale, as the caller may see it: `passenger` for himself and the platform, `owner` likewise. */
export type SaleView = {
  readonly sale: string;
  readonly device: string;
  readonly deviceName: string;
  readonly state: SaleState;
  readonly lines: readonly SaleLine[];
  readonly total: number;
  readonly currency: string;
  /** When it was placed. */
  readonly at: number;
  readonly expiresAt: number;
  readonly where?: Place;
  readonly closedAt?: number;
  readonly amount?: number;
  readonly refunded?: number;
  readonly missing?: readonly MissingLine[];
  readonly passenger?: string;
  readonly owner?: string;
};

export type DeviceReads = {
  /** By anybody. Refuses `unknown_device`. */
  page: { input: object; reply: ShopPage };
  /** By the owner, the device, the platform, a job. Refuses `not_yours`. */
  home: { input: object; reply: DeviceHome };
  /**
   * By the sale's passenger or owner, the device, the platform: an open sale or one of the last that closed; older
   * ones are in the view `sales`. Refuses `unknown_sale`, `not_yours`.
   */
  sale: { input: { readonly sale: string }; reply: SaleView };
  /** By `system:<job>`: what a device's log-in is checked against. Refuses `unknown_device`, `device_retired`. */
  keyHash: { input: object; reply: { readonly keyHash: string } };
  /** By `system:<job>`: the owner's key, for who may follow the channel `owner`. */
  owner: { input: object; reply: { readonly owner: string | null } };
  /** By `system:<job>`: totals by period, as a ranking would take them; those of no sale are absent. */
  figures: { input: object; reply: OwnFigures };
};
