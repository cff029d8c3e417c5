/**
 * Sessions: opened by a log-in, kept by a refresh, ended by a log-out, by age, by a seventeenth
 * one (R8), or by a refresh token that is shown a second time: then someone else may have it, so
 * the whole family ends; and by the platform, which blocks an account. Each end is told, so that the gateway closes
 * what is connected under it.
 */
import { refuse, type Context, type Decision, type EventOf, type Refused } from '../runtime/definition.js';
import { kindOf } from '../runtime/ids.js';
import type { Terms } from '../terms.js';
import type { AccountCommands, EndOfSession, OpenedSession } from './commands.js';
import { AUTH, checkAuth } from './decide.js';
import type { AccountEvents } from './events.js';
import { MOST_SESSIONS, type AccountState } from './state.js';

type Input<T extends keyof AccountCommands> = AccountCommands[T]['input'];
type Answer<T extends keyof AccountCommands> = Decision<AccountEvents, AccountCommands[T]['reply']>;

export function openSession(
  state: AccountState,
  { passwordHash, tokenHash }: Input<'openSession'>,
  context: Context,
  terms: Terms,
): Answer<'openSession'> {
  const wrong = checkAuth(context);
  if (wrong) return wrong;
  const { owner } = state;
  if (owner?.passwordHash !== passwordHash) return refuse('wrong_password', 'name or password: is wrong');
  // Only who knows the password learns that the account is blocked.
  if (state.blocked) return refuse('account_blocked', `name ${context.key}: the platform has blocked this account`);
  const { now } = context;
  const session = { family: context.id('f'), tokenHash, since: now, expiresAt: now + terms.sessionMs };
  const over = state.sessions.filter(({ expiresAt }) => now >= expiresAt);
  const live = state.sessions.filter(({ expiresAt }) => now < expiresAt);
  const displaced = live.slice(0, Math.max(0, live.length + 1 - MOST_SESSIONS));
  return {
    reply: opened(owner, context, session),
    events: [
      ...over.map(({ family }) => closed(owner.subject, family, 'expired')),
      ...displaced.map(({ family }) => closed(owner.subject, family, 'displaced')),
      { type: 'sessionOpened', data: session },
    ],
  };
}

export function rotate(
  { owner, sessions }: AccountState,
  { family, tokenHash, nextHash }: Input<'rotate'>,
  context: Context,
  terms: Terms,
): Answer<'rotate'> {
  const wrong = checkAuth(context);
  if (wrong) return wrong;
  const session = sessions.find((one) => one.family === family);
  if (!owner || !session || context.now >= session.expiresAt) {
    return refuse('session_ended', 'refresh: the session has ended');
  }
  if (session.tokenHash !== tokenHash) {
    return { reply: { rotated: false }, events: [closed(owner.subject, family, 'token_reused')] };
  }
  const expiresAt = context.now + terms.sessionMs;
  return {
    reply: { rotated: true, session: opened(owner, context, { family, expiresAt }) },
    events: [{ type: 'sessionRotated', data: { family, tokenHash: nextHash, expiresAt } }],
  };
}

export function closeSession(
  { owner, sessions }: AccountState,
  { family }: Input<'closeSession'>,
  { caller }: Context,
): Answer<'closeSession'> {
  if (!owner || (caller !== owner.subject && caller !== AUTH)) {
    return refuse('not_yours', 'family: the session is of another account');
  }
  if (!sessions.some((session) => session.family === family)) return { reply: null };
  return { reply: null, events: [closed(owner.subject, family, 'logged_out')] };
}

/** Nobody logs in any more, and whoever is in is out: a session's end closes what is connected under it. */
export function block({ owner, blocked, sessions }: AccountState, context: Context): Answer<'block'> {
  const wrong = checkPlatform(owner, context);
  if (wrong) return wrong;
  if (!owner || blocked) return { reply: null };
  if (owner.subject === context.caller) return refuse('not_allowed', 'name: nobody blocks himself');
  const { subject } = owner;
  const ended = sessions.map(({ family }) => closed(subject, family, 'blocked'));
  return { reply: null, events: [{ type: 'blocked', data: { subject } }, ...ended] };
}

export function unblock({ owner, blocked }: AccountState, context: Context): Answer<'unblock'> {
  const wrong = checkPlatform(owner, context);
  if (wrong) return wrong;
  if (!owner || !blocked) return { reply: null };
  return { reply: null, events: [{ type: 'unblocked', data: { subject: owner.subject } }] };
}

function checkPlatform(owner: AccountState['owner'], { caller, key }: Context): Refused | undefined {
  if (kindOf(caller) !== 'platform') return refuse('not_allowed', 'caller: only the platform blocks an account');
  return owner ? undefined : refuse('unknown_account', `name ${key}: there is no such account`);
}

function opened(
  { role, subject, displayName }: NonNullable<AccountState['owner']>,
  { key }: Context,
  { family, expiresAt }: Pick<OpenedSession, 'family' | 'expiresAt'>,
): OpenedSession {
  return { name: key, role, subject, displayName, family, expiresAt };
}

function closed(subject: string, family: string, reason: EndOfSession): EventOf<AccountEvents> {
  return { type: 'sessionClosed', data: { family, subject, reason } };
}
