/** All faults, by name. */
import { bytes } from './byte-faults.js';
import { calls } from './call-fault.js';
import { descriptors } from './descriptor-fault.js';
import { disk, power, sync } from './disk-faults.js';
import type { Fault } from './fault.js';
import { memory } from './memory-fault.js';
import type { FaultName } from './names.js';
import { clock, stall } from './time-faults.js';

export const faults: Readonly<Record<FaultName, Fault>> = {
  power,
  sync,
  disk,
  stall,
  clock,
  descriptors,
  memory,
  bytes,
  calls,
};
