/**
 * Folds the device's events besides sales into its state, in place: whose it is, what is inside, whether it is there.
 */
import type { ActorDefinition } from '../runtime/definition.js';
import type { DeviceCommands } from './commands.js';
import type { DeviceEvents } from './events.js';
import { faultKey } from './presence.js';
import type { DeviceState, Slot } from './state.js';

type Evolve = ActorDefinition<DeviceState, DeviceCommands, DeviceEvents>['evolve'];

export const evolveDevice: Pick<
  Evolve,
  | 'deviceRegistered'
  | 'keyRenewed'
  | 'codeShown'
  | 'ownerChanged'
  | 'deviceReleased'
  | 'deviceRetired'
  | 'planogramSet'
  | 'slotsLoaded'
  | 'goodsTakenOut'
  | 'connected'
  | 'disconnected'
  | 'faultReported'
  | 'faultCleared'
> = {
  deviceRegistered(state, { name, keyHash, currency, feeBasisPoints }, { now }) {
    state.standing = 'free';
    state.name = name;
    state.keyHash = keyHash;
    state.currency = currency;
    state.feeBasisPoints = feeBasisPoints;
    state.presence.since = now;
    state.presence.seq++;
  },
  keyRenewed(state, { keyHash }) {
    state.keyHash = keyHash;
  },
  codeShown(state, { hash, expiresAt }) {
    state.code = { hash, expiresAt };
  },
  ownerChanged(state, { driver, driverName }) {
    state.standing = 'claimed';
    state.owner = { driver, name: driverName };
    // One-time: whoever saw it may not use it again.
    state.code = null;
  },
  deviceReleased(state) {
    state.owner = null;
    if (state.standing === 'claimed') state.standing = 'free';
  },
  deviceRetired(state) {
    state.standing = 'retired';
    state.code = null;
  },

  planogramSet(state, { slots }) {
    const before = state.slots;
    state.slots = {};
    for (const { slot: number, product, name, capacity, price } of slots) {
      const { count = 0, reserved = 0 }: Partial<Slot> = before[number] ?? {};
      state.slots[number] = { product, name, capacity, count, reserved, price };
    }
  },
  slotsLoaded(state, { lines }) {
    for (const { slot: number, units } of lines) {
      const slot = state.slots[number];
      if (slot) slot.count += units;
    }
  },
  goodsTakenOut(state, { slot: number, units }) {
    const slot = state.slots[number];
    if (slot) slot.count -= units;
  },

  connected(state, { connection, fresh }, { now }) {
    const { presence } = state;
    presence.connection = connection;
    if (!fresh) return;
    presence.online = true;
    presence.since = now;
    presence.seq++;
  },
  disconnected(state, { reason }, { now }) {
    const { presence } = state;
    presence.online = false;
    presence.since = now;
    presence.seq++;
    presence.lastOffline = { at: now, reason };
  },
  faultReported(state, fault, { now }) {
    state.faults[faultKey(fault.fault, fault.slot)] = { ...fault, at: now };
  },
  faultCleared(state, { fault, slot }) {
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a record of few, keyed by what the device told
    delete state.faults[faultKey(fault, slot)];
  },
};
