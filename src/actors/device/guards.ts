/** Who may tell a device what, checked on every command against the device's own state (B1). */
import { refuse, type Context, type Decision, type ReadContext, type Refused } from '../runtime/definition.js';
import { keyOf, kindOf } from '../runtime/ids.js';
import type { DeviceCommands } from './commands.js';
import type { DeviceEvents } from './events.js';
import type { DeviceState } from './state.js';

/** A decision on one of a device's commands. */
export type Decide<T extends keyof DeviceCommands> = (
  state: Readonly<DeviceState>,
  input: DeviceCommands[T]['input'],
  context: Context,
) => Decision<DeviceEvents, DeviceCommands[T]['reply']>;

/** Key of the passenger or driver who asks; absent for callers of another role. */
export function personOf(caller: string, role: 'passenger' | 'driver'): string | undefined {
  return kindOf(caller) === role ? keyOf(caller) : undefined;
}

export function known(state: Readonly<DeviceState>): Refused | undefined {
  return state.standing === 'unknown' ? refuse('unknown_device', 'device: no such one was registered') : undefined;
}

/** The device itself, with its key. */
export function byDevice(state: Readonly<DeviceState>, context: Context): Refused | undefined {
  if (context.caller !== context.self) return refuse('not_yours', 'device: only the device itself may say this');
  return known(state);
}

/** The device, or the node that holds its connection. */
export function byConnection(state: Readonly<DeviceState>, context: Context): Refused | undefined {
  return kindOf(context.caller) === 'system' ? known(state) : byDevice(state, context);
}

export function byPlatform(state: Readonly<DeviceState>, context: Context): Refused | undefined {
  if (kindOf(context.caller) !== 'platform') return refuse('not_allowed', 'caller: only the platform may do this');
  return known(state);
}

export function byOwner(state: Readonly<DeviceState>, context: Context): Refused | undefined {
  return known(state) ?? (isOwner(state, context) ? undefined : notYours);
}

export function isOwner(state: Readonly<DeviceState>, { caller }: Pick<ReadContext, 'caller'>): boolean {
  return state.owner !== null && personOf(caller, 'driver') === state.owner.driver;
}

export const notYours = refuse('not_yours', 'device: it belongs to another driver');

/** An answer that changes nothing. */
export const nothing = { reply: null } as const;
