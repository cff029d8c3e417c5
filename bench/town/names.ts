/**
 * What the town's people, devices and places are called, and what they log in with: all that a load needs to know of
 * it.
 */

/** What everybody in the town logs in with. */
export const PASSWORD = 'a long enough password';
export const CURRENCY = 'CNY';
/** The one station of the town, and who works there. */
export const DEPOT = 'st_depot';
export const CLERK = 'clerk';

/** Names to log in with. */
export const passengerName = (number: number): string => `passenger${number}`;
export const driverName = (number: number): string => `driver${number}`;

/** The id of the device of that number, from 0. */
export function deviceId(number: number): string {
  return `d_${String(number).padStart(6, '0')}`;
}

/** The key that a device connects with. */
export function keyOf(device: string): string {
  return `key-of-${device}-long-enough`;
}

/** The product in a slot of any device. */
export function productOf(slot: number): string {
  return `pr_${slot}`;
}
