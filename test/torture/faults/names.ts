/** The names of all faults, in the order in which `all` makes them. */
export const faultNames = [
  'power',
  'sync',
  'disk',
  'stall',
  'clock',
  'descriptors',
  'memory',
  'bytes',
  'calls',
] as const;

export type FaultName = (typeof faultNames)[number];
