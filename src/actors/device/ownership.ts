/**
 * Whose device it is: registered by the platform, claimed by a driver with the one-time code that it shows,
 * handed on, given back, retired; and the key that it proves itself by.
 *
 *   A claim cuts the former owner off at once: he may do and see nothing more here. Open sales still pay him whose
 *   they were when they were placed; what is in the slots goes with the device.
 */
import { messagesTo, refuse, type Context, type EventOf, type Message } from '../runtime/definition.js';
import { FLEET, type FleetCommands } from '../fleet/commands.js';
import { kindOf } from '../runtime/ids.js';
import { BASIS_POINTS, isCurrency, isWhole } from '../shared/money.js';
import { digest } from '../shared/secret.js';
import type { Terms } from '../terms.js';
import type { DeviceEvents } from './events.js';
import { byDevice, byPlatform, isOwner, known, notYours, personOf, type Decide } from './guards.js';
import { CODE_MS, LONGEST_NAME } from './limits.js';
import type { DeviceState } from './state.js';

const toFleet = messagesTo<FleetCommands>('fleet');
const retired = refuse('device_retired', 'device: it is out of service');

export const register =
  (terms: Terms): Decide<'register'> =>
  (state, input, context) => {
    if (kindOf(context.caller) !== 'platform') return refuse('not_allowed', 'caller: only the platform registers');
    if (state.standing !== 'unknown') return refuse('device_registered', `device: ${context.key} is registered`);
    const { name, keyHash, currency = terms.currency, feeBasisPoints = terms.feeBasisPoints } = input;
    if (!isWhole(name.length, 1, LONGEST_NAME)) {
      return refuse('bad_input', `name: must be 1 to ${LONGEST_NAME} characters`);
    }
    if (!isCurrency(currency)) return refuse('unknown_currency', `currency: ${currency} is no ISO 4217 code`);
    if (!isWhole(feeBasisPoints, 0, BASIS_POINTS)) {
      return refuse('bad_input', `feeBasisPoints: must be 0 to ${BASIS_POINTS}`);
    }
    return {
      reply: { device: context.key },
      events: [{ type: 'deviceRegistered', data: { name, keyHash, currency, feeBasisPoints } }],
      send: [tellCensus(state, false, context)],
    };
  };

export const renewKey: Decide<'renewKey'> = (state, { keyHash }, context) => {
  const wrong = byPlatform(state, context);
  if (wrong) return wrong;
  if (state.standing === 'retired') return retired;
  return { reply: { device: context.key }, events: [{ type: 'keyRenewed', data: { keyHash } }] };
};

export const showCode: Decide<'showCode'> = (state, { codeHash: hash }, context) => {
  const wrong = byDevice(state, context);
  if (wrong) return wrong;
  if (state.standing === 'retired') return retired;
  const expiresAt = context.now + CODE_MS;
  return { reply: { expiresAt }, events: [{ type: 'codeShown', data: { hash, expiresAt } }] };
};

export const claim: Decide<'claim'> = (state, { code, driverName }, context) => {
  const driver = personOf(context.caller, 'driver');
  if (driver === undefined) return refuse('not_allowed', 'caller: only a driver claims a device');
  const stopped = known(state) ?? (state.standing === 'retired' ? retired : undefined);
  if (stopped) return stopped;
  const shown = state.code;
  if (!shown || shown.expiresAt <= context.now || shown.hash !== digest(context.key, code)) {
    return refuse('wrong_code', 'code: not the one that the device shows, or it took too long');
  }
  return { reply: { device: context.key, name: state.name }, events: [newOwner(state, driver, driverName)] };
};

export const transfer: Decide<'transfer'> = (state, { driver, driverName }, context) => {
  const wrong = byPlatform(state, context);
  if (wrong) return wrong;
  if (state.standing === 'retired') return retired;
  return { reply: { device: context.key }, events: [newOwner(state, driver, driverName)] };
};

export const release: Decide<'release'> = (state, _input, context) => {
  const stopped = known(state) ?? (isOwner(state, context) ? undefined : byPlatform(state, context) && notYours);
  if (stopped) return stopped;
  const reply = { device: context.key };
  if (!state.owner) return { reply };
  return { reply, events: [{ type: 'deviceReleased', data: { former: state.owner.driver } }] };
};

export const retire: Decide<'retire'> = (state, _input, context) => {
  const wrong = byPlatform(state, context);
  if (wrong) return wrong;
  const reply = { device: context.key };
  return state.standing === 'retired' ? { reply } : { reply, events: [{ type: 'deviceRetired', data: {} }] };
};

/** A change of the device's online state, for the census; the seq is that of the state after it. */
export function tellCensus(state: Readonly<DeviceState>, online: boolean, { key }: Context): Message {
  return toFleet('presence', FLEET, { device: key, online, seq: state.presence.seq + 1 });
}

function newOwner(state: Readonly<DeviceState>, driver: string, driverName: string): EventOf<DeviceEvents> {
  const former = state.owner?.driver;
  const data = former === undefined || former === driver ? { driver, driverName } : { driver, driverName, former };
  return { type: 'ownerChanged', data };
}
