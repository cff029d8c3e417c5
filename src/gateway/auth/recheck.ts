/**
 * What ended while this node could not hear of it: no socket outlives its session, or its device's key, for good.
 */
import type { DeviceReads } from '../../actors/device/commands.js';
import type { Engine } from '../../actors/runtime/engine.js';
import type { ActorId } from '../../store/ports.js';
import type { Caller } from '../contract/declare.js';
import type { Connections } from '../connections.js';
import { keyEnded, sessionEnded, type End } from './ends.js';
import type { Sessions } from './sessions.js';

/** Sockets that are asked for at a time. */
const AT_ONCE = 32;

/** Asks for every socket's session or key anew, and closes those that stand no more. */
export async function recheck(
  connections: Connections,
  sessions: Sessions,
  engine: Pick<Engine, 'read'>,
): Promise<void> {
  sessions.forgetAll();
  const all = [...connections];
  for (let from = 0; from < all.length; from += AT_ONCE) {
    const asked = all.slice(from, from + AT_ONCE).map(async ({ caller }) => {
      const end = await endOf(caller, sessions, engine);
      if (end) connections.end(caller.subject, end, (one) => one.caller.session === caller.session);
    });
    await Promise.all(asked);
  }
}

/** Undefined also where the actor cannot be asked now: that says nothing of the session. */
async function endOf(
  { role, subject, account, session }: Caller,
  sessions: Sessions,
  engine: Pick<Engine, 'read'>,
): Promise<End | undefined> {
  if (role === 'device') {
    const answer = await engine.read(subject as ActorId, 'keyHash', {}, 'system:auth');
    if ('unstored' in answer) return undefined;
    const { outcome } = answer.value;
    const stands = outcome.ok && (outcome.value as DeviceReads['keyHash']['reply']).keyHash === session;
    return stands ? undefined : keyEnded;
  }
  if (account === undefined || session === undefined) return undefined;
  const wrong = await sessions.wrong(account, session);
  return wrong?.code === 'session_ended' ? sessionEnded : undefined;
}
