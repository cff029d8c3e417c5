/** Words of actors that somebody may be connected no more: a session has closed, a device has another key or is retired. */
import type { Push } from '../../actors/runtime/engine.js';
import type { ErrorCode } from '../../errors.js';
import type { Connection } from '../connection.js';
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
export function endBy({ stream, name, data }: Push, connections: Connections, sessions: Sessions, soon: Soon): void {
  if (!ENDS.includes(name)) return;
  const actor = stream.slice(0, stream.indexOf('/'));
  const close = (subject: string, end: End, which: (connection: Connection) => boolean): void => {
    // Whoever ends his own session is answered first: the answer leaves behind the push, and before what is done soon.
    soon(() => {
      connections.end(subject, end, which);
    });
  };
  if (name === SESSION_CLOSED) {
    const { family, subject } = data as { family: string; subject: string };
    sessions.forget(actor.slice('account:'.length), family);
    close(subject, sessionEnded, ({ caller }) => caller.session === family);
  } else {
    close(actor, name === KEY_RENEWED ? keyEnded : retired, () => true);
  }
}

/** Does something as soon as what goes on now is over. */
type Soon = (work: () => void) => void;
