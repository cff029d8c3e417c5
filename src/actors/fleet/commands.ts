/**
 * What devices tell the fleet's census (`fleet:platform`), and what can be asked of it. A device tells each
 * change of its online state with a seq of its own that only rises; the highest seq of a device wins.
 */

/** Key of the one fleet actor. */
export const FLEET = 'platform';

/** A device's online state. A device is counted from its first presence on: it tells one when it is registered. */
export type Presence = {
  /** `d_…`; the caller is the device itself. */
  readonly device: string;
  readonly online: boolean;
  /** Rises with each presence of this device; from 1. */
  readonly seq: number;
};

/** Devices known, and how many of them are online. */
export type Census = { readonly total: number; readonly online: number };

export type FleetCommands = {
  presence: { input: Presence; reply: Census };
};

export type FleetReads = {
  census: { input: object; reply: Census };
};
