/**
 * Which sessions stand. The account's actor knows; what it said is remembered for a while, and forgotten
 * at once when it tells that the session has closed, so no token and no socket outlives a log-out.
 */
import { LRUCache } from 'lru-cache';

import type { AccountReads } from '../../actors/account/index.js';
import { AUTH } from '../../actors/account/decide.js';
import type { Engine, Push } from '../../actors/runtime/engine.js';
import type { Refusal } from '../../store/ports.js';

/** The push by which an account tells that a session has ended. */
export const SESSION_CLOSED = 'session.closed';

/** Sessions that are remembered, and for how long at most: another node's push may be lost. */
const MOST = 200_000;
const REMEMBERED_MS = 30_000;

export class Sessions {
  private readonly standing: LRUCache<string, true>;

  constructor(
    private readonly engine: Pick<Engine, 'read'>,
    now: () => number,
  ) {
    // A `max` would take the room for all of them now.
    this.standing = new LRUCache({ maxSize: MOST, sizeCalculation: () => 1, ttl: REMEMBERED_MS, perf: { now } });
  }

  /** Undefined when the session stands; else why not. */
  async wrong(account: string, session: string): Promise<Refusal | undefined> {
    const name = `${account}/${session}`;
    if (this.standing.has(name)) return undefined;
    const question: AccountReads['session']['input'] = { family: session };
    const answer = await this.engine.read(`account:${account}`, 'session', question, AUTH);
    if ('unstored' in answer) return answer.unstored;
    const { outcome } = answer.value;
    if (!outcome.ok) return outcome.error;
    this.standing.set(name, true);
    return undefined;
  }

  /** What is remembered may be old: pushes of other nodes may have been lost. */
  forget(): void {
    this.standing.clear();
  }

  /** The session that a push says has closed; it is forgotten. Undefined for other pushes. */
  closedBy(push: Push): { readonly subject: string; readonly session: string } | undefined {
    if (push.name !== SESSION_CLOSED || !push.stream.startsWith('account:')) return undefined;
    const account = push.stream.slice('account:'.length, push.stream.indexOf('/'));
    const { family: session, subject } = push.data as { family: string; subject: string };
    this.standing.delete(`${account}/${session}`);
    return { subject, session };
  }
}
