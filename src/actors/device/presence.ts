/**
 * Whether the device is there and whole. A device has one connection, the newest: that an older one ended, which
 * is often noticed only after the newer one began, changes nothing.
 */
import { refuse } from '../runtime/definition.js';
import { byConnection, byDevice, type Decide } from './guards.js';
import { LONGEST_REASON, MOST_FAULTS, MOST_SLOTS } from './limits.js';
import { tellCensus } from './ownership.js';
import { isWhole } from '../shared/money.js';
import { own } from '../shared/own.js';

export const cameOnline: Decide<'cameOnline'> = (state, { connection }, context) => {
  const wrong = byConnection(state, context);
  if (wrong) return wrong;
  const { online } = state.presence;
  const reply = { online: true } as const;
  if (online && state.presence.connection === connection) return { reply };
  return {
    reply,
    events: [{ type: 'connected', data: { connection, fresh: !online } }],
    send: online ? [] : [tellCensus(state, true, context)],
  };
};

export const wentOffline: Decide<'wentOffline'> = (state, { connection, reason }, context) => {
  const wrong = byConnection(state, context);
  if (wrong) return wrong;
  const { online } = state.presence;
  if (!online || state.presence.connection !== connection) return { reply: { online } };
  return {
    reply: { online: false },
    events: [{ type: 'disconnected', data: { reason: reason.slice(0, LONGEST_REASON) } }],
    send: [tellCensus(state, false, context)],
  };
};

export const reportFault: Decide<'reportFault'> = (state, { fault, slot, detail }, context) => {
  const wrong = byDevice(state, context);
  if (wrong) return wrong;
  const faults = Object.keys(state.faults).length;
  if (!/^[A-Za-z0-9_.-]{1,32}$/.test(fault)) return refuse('bad_input', 'fault: 1 to 32 letters, digits, _ . -');
  if (slot !== undefined && !isWhole(slot, 1, MOST_SLOTS))
    return refuse('bad_input', `slot: must be 1 to ${MOST_SLOTS}`);
  if (detail !== undefined && detail.length > 200) return refuse('bad_input', 'detail: at most 200 characters');
  if (own(state.faults, faultKey(fault, slot))) return { reply: { faults } };
  if (faults >= MOST_FAULTS) return refuse('too_many_faults', `faults: at most ${MOST_FAULTS}`);
  const data = { fault, ...(slot === undefined ? {} : { slot }), ...(detail === undefined ? {} : { detail }) };
  return { reply: { faults: faults + 1 }, events: [{ type: 'faultReported', data }] };
};

export const clearFault: Decide<'clearFault'> = (state, { fault, slot }, context) => {
  const wrong = byDevice(state, context);
  if (wrong) return wrong;
  const faults = Object.keys(state.faults).length;
  if (!own(state.faults, faultKey(fault, slot))) return { reply: { faults } };
  const data = slot === undefined ? { fault } : { fault, slot };
  return { reply: { faults: faults - 1 }, events: [{ type: 'faultCleared', data }] };
};

/** One fault of the whole device, or of a slot. */
export function faultKey(fault: string, slot?: number): string {
  return slot === undefined ? fault : `${fault}/${slot}`;
}
