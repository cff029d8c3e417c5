/**
 * Words of actors that somebody may be connected no more: a session has closed, a device has another key or is retired.
 */
import type { Clock } from '../../actors/runtime/clock.js';
import type { Push } from '../../actors/runtime/engine.js';
import { keyOf } from '../../actors/runtime/ids.js';
import { splitStream } from '../../actors/runtime/streams.js';
import type { ErrorCode } from '../../errors.js';
import type { Connections } from '../connections.js';
import type { Sessions } from './sessions.js';

/** The push by which an account tells that a session has ended. */
export const SESSION_CLOSED = 'session.closed';
export const DEVICE_RETIRED = 'device.retired';
export const KEY_RENEWED = 'device.keyRenewed';

/** What the gateway of every node must hear, to close sockets by it. */
export const ENDS: readonly string[] = [SESSION_CLOSED, DEVICE_RETIRED, KEY_RENEWED];

/** Why a socket is closed, as it is told. */
export interface End {
  readonly code: ErrorCode;
  readonly message: string;
}

export const sessionEnded: End = { code: 'session_ended', message: 'the session was closed' };
export const keyEnded: End = { code: 'not_logged_in', message: 'the device has another key now' };
const retired: End = { code: 'device_retired', message: 'the device is out of service' };

/** Closes whatever a push says may be connected no more; what is remembered of it is forgotten at once. */
export function endBy(push: Push, connections: Connections, sessions: Sessions, clock: Pick<Clock, 'soon'>): void {
  const ended = endedBy(push);
  if (!ended) return;
  const { subject, end, session } = ended;
  if (session) sessions.forget(session.account, session.family);
  // Whoever ends his own session is answered first: the answer leaves behind the push, and before what is done soon.
  clock.soon(() => {
    connections.end(subject, end, ({ caller }) => !session || caller.session === session.family);
  });
}

/** Whose connections end, and why: those of one session, or all. */
interface Ended {
  readonly subject: string;
  readonly end: End;
  readonly session?: { readonly account: string; readonly family: string };
}

function endedBy({ stream, name, data }: Push): Ended | undefined {
  const actor = splitStream(stream)?.actor;
  if (actor === undefined) return undefined;
  switch (name) {
    case SESSION_CLOSED: {
      const { family, subject } = data as { family: string; subject: string };
      return { subject, end: sessionEnded, session: { account: keyOf(actor), family } };
    }
    case KEY_RENEWED:
      return { subject: actor, end: keyEnded };
    case DEVICE_RETIRED:
      return { subject: actor, end: retired };
    default:
      return undefined;
  }
}
