/**
 * Who connects: people by access token, devices by id and key, screens by key or as the public, and
 * whoever says nothing as a guest, who may do only what anyone may.
 */

import { Type, type Static } from '@sinclair/typebox';

import type { DeviceReads } from '../../actors/device/commands.js';
import { digest } from '../../actors/shared/secret.js';
import type { Refusal } from '../../store/ports.js';
import { refusal } from '../answer.js';
import type { Caller } from '../contract/declare.js';
import { Code, DeviceId, fields } from '../contract/fields.js';
import { checkOf } from '../contract/validate.js';
import type { Tools } from '../tools.js';
import { isKey, same } from './same.js';

/** Of a guest. */
const Nothing = Type.Record(Type.String(), Type.Never());

/** What a socket says of itself when it connects. */
export const ConnectAuth = Type.Union(
  [
    Nothing,
    fields({ token: Type.String({ minLength: 1, maxLength: 2_048 }) }),
    fields({ device: DeviceId, key: Code }),
    fields({ screen: Type.Union([Type.String({ maxLength: 256 }), Type.Null()]) }),
  ],
  { rule: '{ token }, { device, key }, { screen } or nothing' },
);

const check = checkOf(ConnectAuth);

type Known = Pick<Tools, 'engine' | 'settings' | 'tokens' | 'sessions' | 'attempts'>;

/** The caller, or why there is none. */
export async function identify(auth: unknown, address: string, tools: Known): Promise<Caller | Refusal> {
  if (!check.passes(auth))
    return refusal('bad_input', 'auth: must be { token }, { device, key }, { screen } or nothing');
  const said = auth as Static<typeof ConnectAuth>;
  if ('token' in said) return person(said.token, address, tools);
  if ('device' in said) return device(said.device, said.key, address, tools);
  if ('screen' in said) return screen(said.screen ?? '', address, tools);
  return guest(address);
}

/** Who has not logged in; known by address, for the limits. */
function guest(address: string): Caller {
  return { role: 'guest', subject: `guest:${address}`, address };
}

/** The bearer of an access token whose session stands. */
async function person(token: string, address: string, tools: Known): Promise<Caller | Refusal> {
  const claims = tools.tokens.read(token);
  if (!claims) return refusal('not_logged_in', 'token: is not valid, or has ended: refresh it');
  const { subject, role, account, session } = claims;
  const wrong = await tools.sessions.wrong(account, session);
  return wrong ?? { role, subject, account, session, address };
}

async function device(id: string, key: string, address: string, tools: Known): Promise<Caller | Refusal> {
  const wait = tools.attempts.wait(id, address);
  if (wait > 0) return refusal('too_many_requests', 'device: too many wrong keys', { retryAfterMs: wait });
  const answer = await tools.engine.read(`device:${id}`, 'keyHash', {}, 'system:auth');
  if ('unstored' in answer) return answer.unstored;
  const { outcome } = answer.value;
  // A device that does not exist and a wrong key look alike.
  const known = outcome.ok ? (outcome.value as DeviceReads['keyHash']['reply']).keyHash : digest(id, '');
  if (outcome.ok && same(known, digest(id, key))) {
    // Its key's digest stands for its session: another key ends what is connected with this one.
    return { role: 'device', subject: `device:${id}`, session: known, address };
  }
  tools.attempts.failed(id, address);
  return refusal('not_logged_in', 'device, key: no device has this id and this key');
}

function screen(key: string, address: string, { settings }: Known): Caller | Refusal {
  if (!isKey(settings.screenKey, key) && settings.publicScreens === 'no') {
    return refusal('not_logged_in', 'screen: must be the key that the node’s operator has set in BACKSEAT_SCREEN_KEY');
  }
  return { role: 'screen', subject: `screen:${address}`, address };
}
