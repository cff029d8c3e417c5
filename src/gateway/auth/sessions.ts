/**
 * Which sessions stand. The account's actor knows; what it said is remembered for a while, and forgotten
 * at once when it tells that the session has closed, so no token and no socket outlives a log-out.
 */
import { LRUCache } from 'lru-cache';

import type { AccountReads } from '../../actors/account/index.js';
import { AUTH } from '../../actors/account/decide.js';
import type { Engine } from '../../actors/runtime/engine.js';
import type { Refusal } from '../../store/ports.js';

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
    const name = nameOf(account, session);
    if (this.standing.has(name)) return undefined;
    const question: AccountReads['session']['input'] = { family: session };
    const answer = await this.engine.read(`account:${account}`, 'session', question, AUTH);
    if ('unstored' in answer) return answer.unstored;
    const { outcome } = answer.value;
    if (!outcome.ok) return outcome.error;
    this.standing.set(name, true);
    return undefined;
  }

  /** A session has closed. */
  forget(account: string, session: string): void {
    this.standing.delete(nameOf(account, session));
  }

  /** What is remembered may be old: pushes of other nodes may have been lost. */
  forgetAll(): void {
    this.standing.clear();
  }
}

function nameOf(account: string, session: string): string {
  return `${account}/${session}`;
}
