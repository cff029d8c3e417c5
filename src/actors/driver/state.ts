/**
 * What a driver's actor holds: who he is to stations, his cart, what he carries, his figures. Plain
 * JSON, bounded by limits.ts. Orders live at their stations; here is only what no station has answered.
 */
import type { AskedRestock, CartLine, NamedLoadLine } from './commands.js';

/** Goods between hand-over and loading: units, and the name that the station gave them. */
export type Carried = { name: string; units: number };

/** Restocks that were picked up on one business day: what was paid for them, in minor units. */
export type DayFigures = { day: string; currency: string; amount: number; count: number };

export type DriverState = {
  /** The name that stations see; empty until it is set. */
  displayName: string;
  /** In the order in which they were put in; each product of a station once. */
  cart: CartLine[];
  /** By restock: orders that their station has not answered. */
  asked: Record<string, AskedRestock & { readonly since: number }>;
  /** By product, each above zero. */
  carried: Record<string, Carried>;
  /** By load: goods on their way into a device. */
  loads: Record<string, { readonly device: string; readonly lines: readonly NamedLoadLine[] }>;
  /** Oldest first; days without a restock are absent. */
  days: DayFigures[];
};

export function initialDriver(): DriverState {
  return { displayName: '', cart: [], asked: {}, carried: {}, loads: {}, days: [] };
}
