/** What happens to a driver's cart, his orders as far as they are his actor's, and the goods that he carries. */
import type { OrderedLine, PlacedRestock } from '../station/commands.js';
import type { LoadLine } from '../device/commands.js';
import type { AskedRestock, CartLine, NamedLoadLine } from './commands.js';

/** Units of one product, with its name. */
export type NamedUnits = { readonly product: string; readonly name: string; readonly units: number };

export type DriverEvents = {
  profileSet: { readonly displayName: string };
  /** Units 0: the line is out of the cart. */
  cartLineSet: CartLine;
  /** The chosen lines left the cart as orders, one for each station. */
  checkedOut: { readonly restocks: readonly AskedRestock[] };
  restockTaken: PlacedRestock & { readonly station: string };
  /** The station refused to take the order, or (`unavailable`) did not answer. */
  restockNotTaken: AskedRestock & {
    readonly reason: string;
    readonly message: string;
    readonly askedAt: number;
    readonly currency: string;
    readonly driverName: string;
  };
  /** A station's answer came after it was given up; the order was called off. */
  restockCalledOff: { readonly restock: string; readonly station: string };
  goodsReceived: {
    readonly restock: string;
    readonly stationName: string;
    readonly lines: readonly OrderedLine[];
    readonly amount: number;
    readonly currency: string;
    readonly day: string;
  };
  loadSent: { readonly load: string; readonly device: string; readonly lines: readonly NamedLoadLine[] };
  /** `returned` did not fit, or was not taken, and is carried again. */
  loadEnded: {
    readonly load: string;
    readonly device: string;
    readonly loaded: readonly LoadLine[];
    readonly returned: readonly NamedUnits[];
    /** Why the device took nothing: an error code. */
    readonly reason?: string;
  };
};
