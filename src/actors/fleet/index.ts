/**
 * The census of the fleet: one actor that counts devices and those online.
 *
 * Boundary: a device owns its online state (with time and reason); here is only the count. The highest seq of a
 * device wins, so lost, repeated and reordered presences are harmless (ENGINE 18).
 */
import { defineActor, refuse, type Context, type Decision } from '../runtime/definition.js';
import { isId, own } from '../shared/own.js';
import type { Census, FleetCommands, FleetReads, Presence } from './commands.js';
import type { FleetEvents, PresenceChanged } from './events.js';
import type { FleetState } from './state.js';

export function fleetActor() {
  return defineActor<FleetState, FleetCommands, FleetEvents, FleetReads>({
    kind: 'fleet',
    version: 1,
    initial: () => ({ total: 0, online: 0, devices: {} }),
    decide: { presence: decide },
    evolve: { presenceChanged: evolve },
    reads: { census },
    push: {
      presenceChanged: ({ total, devicesOnline }) => [
        { channel: 'census', name: 'census', data: { total, online: devicesOnline } },
      ],
    },
  });
}

function census({ total, online }: Readonly<FleetState>): Census {
  return { total, online };
}

function decide(
  state: Readonly<FleetState>,
  { device, online, seq }: Presence,
  { caller }: Context,
): Decision<FleetEvents, Census> {
  if (caller !== `device:${device}`) return refuse('not_yours', `device: ${caller} may not speak for ${device}`);
  if (!Number.isSafeInteger(seq) || seq < 1) return refuse('bad_input', 'seq: must be a whole number from 1');
  if (!isId(device)) return refuse('bad_input', `device: ${device.slice(0, 80)} is no id`);
  const before = own(state.devices, device) ?? 0;
  if (seq <= Math.abs(before)) return { reply: census(state) };
  const total = state.total + Number(before === 0);
  const devicesOnline = state.online + Number(online) - Number(before > 0);
  return {
    reply: { total, online: devicesOnline },
    events: [{ type: 'presenceChanged', data: { device, online, seq, total, devicesOnline } }],
  };
}

function evolve(state: FleetState, { device, online, seq, total, devicesOnline }: PresenceChanged): void {
  state.total = total;
  state.online = devicesOnline;
  state.devices[device] = online ? seq : -seq;
}
