import type { Presence } from './commands.js';

/** A device told a newer presence; `total` and `online` are the census after it. */
export type PresenceChanged = Presence & {
  readonly total: number;
  /** Devices online. */
  readonly devicesOnline: number;
};

export type FleetEvents = {
  presenceChanged: PresenceChanged;
};
