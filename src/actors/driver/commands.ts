/**
 * What a driver's actor can be told. It keeps his profile, his cart over several stations, the goods
 * that he carries and his figures; an order itself lives at its station.
 *
 * The first table is for people and other actors; the second is the actor's own.
 */
import type { DeviceCommands, LoadLine } from '../device/commands.js';
import type { Reply } from '../runtime/definition.js';
import type { OrderedLine, PlacedRestock, ProductUnits } from '../station/commands.js';

type LoadReply = DeviceCommands['loadSlots']['reply'];

/** One line of a cart: units 0 takes it out. Only chosen lines are ordered at check-out. */
export type CartLine = {
  readonly station: string;
  readonly product: string;
  readonly units: number;
  readonly chosen: boolean;
};

/** What one check-out asked of one station; what it answered is pushed on `driver:<key>/me`. */
export type AskedRestock = {
  readonly restock: string;
  readonly station: string;
  readonly lines: readonly ProductUnits[];
};

/** Commands of people and of other actors. */
export type DriverPublicCommands = {
  /** By the driver, or by the gateway when he signs up. */
  setProfile: { input: { readonly displayName: string }; reply: { readonly driver: string } };
  /** By the driver. At most 200 lines: refuses `cart_full`. */
  setCartLine: { input: CartLine; reply: { readonly lines: number } };
  /** By the driver: one order per station of the chosen lines, which leave the cart. Refuses `cart_empty`. */
  checkOut: { input: Readonly<Record<string, never>>; reply: { readonly restocks: readonly AskedRestock[] } };
  /** By a station's actor, when it has handed the goods over. `amount` is what was paid for them. */
  receiveGoods: {
    input: {
      readonly restock: string;
      readonly stationName: string;
      readonly lines: readonly OrderedLine[];
      readonly amount: number;
      readonly currency: string;
    };
    reply: null;
  };
  /**
   * By the driver: goods that he carries, into slots of a device of his. The device says what fitted,
   * told on `driver:<key>/me`; the rest is carried again. Refuses `not_carried`, `too_many_loads`.
   */
  load: {
    input: { readonly device: string; readonly lines: readonly LoadLine[] };
    reply: { readonly load: string };
  };
};

/** One line of a load under way, with the name by which the goods are carried. */
export type NamedLoadLine = LoadLine & { readonly name: string };

/** What the actor wants to find beside a device's answer to a load. */
export type LoadNote = { readonly load: string; readonly device: string; readonly lines: readonly NamedLoadLine[] };

/** The actor's own: replies and timers. */
export type DriverOwnCommands = {
  restockAnswered: { input: Reply<PlacedRestock, AskedRestock>; reply: null };
  /** Timer: the station has not answered at all. */
  giveUpRestock: { input: { readonly restock: string }; reply: null };
  loadAnswered: { input: Reply<LoadReply, LoadNote>; reply: null };
};

export type DriverCommands = DriverPublicCommands & DriverOwnCommands;
