/** Whether a device sells now, and each of its slots. */
import { refuse, type Refused } from '../runtime/definition.js';
import type { DeviceState } from './state.js';

/** Why the device sells nothing now; absent when it sells. */
export function cannotSell(state: Readonly<DeviceState>): Refused | undefined {
  if (state.standing === 'retired') return refuse('device_retired', 'device: it is out of service');
  if (state.standing !== 'claimed') return refuse('device_not_ready', 'device: no driver has claimed it');
  if (!state.presence.online) return refuse('device_not_ready', 'device: it is offline');
  for (const key in state.faults) {
    const fault = state.faults[key];
    if (fault && fault.slot === undefined) return refuse('device_not_ready', `device: out of order, ${fault.fault}`);
  }
  return undefined;
}

/** Whether a slot alone is out of order. */
export function isBroken(state: Readonly<DeviceState>, slot: number): boolean {
  for (const key in state.faults) if (state.faults[key]?.slot === slot) return true;
  return false;
}
