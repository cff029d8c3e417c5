/** Sessions that were closed while this node could not hear of it: no socket outlives a log-out for good. */
import type { Connections } from '../connections.js';
import type { Sessions } from './sessions.js';

/** Sessions that are asked for at a time. */
const AT_ONCE = 32;

/** Asks for the session of every socket anew, and closes those whose session stands no more. */
export async function recheckSessions(connections: Connections, sessions: Sessions): Promise<void> {
  sessions.forget();
  const all = [...connections];
  for (let from = 0; from < all.length; from += AT_ONCE) {
    const asked = all.slice(from, from + AT_ONCE).map(async ({ caller: { account, session, subject } }) => {
      if (account === undefined || session === undefined) return;
      const wrong = await sessions.wrong(account, session);
      // Whatever else is wrong, e.g. that the account cannot be asked now, says nothing of the session.
      if (wrong?.code === 'session_ended') connections.endSession({ subject, session });
    });
    await Promise.all(asked);
  }
}
