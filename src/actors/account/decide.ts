/** Who an account is, and how it came to be: passengers and drivers by themselves, staff by invitation only. */
import { refuse, type Context, type Decision, type Refused } from '../runtime/definition.js';
import { kindOf } from '../runtime/ids.js';
import type { Terms } from '../terms.js';
import type { AccountCommands, Identity, Invite, SignUp } from './commands.js';
import type { AccountEvents } from './events.js';
import type { AccountState } from './state.js';

/** The gateway, on behalf of someone who is not logged in yet. */
export const AUTH = 'system:auth';

type Answer<T extends keyof AccountCommands> = Decision<AccountEvents, AccountCommands[T]['reply']>;

const PREFIX = { passenger: 'p', driver: 'dr' } as const;

export function open(state: AccountState, input: SignUp, context: Context): Answer<'open'> {
  const wrong = checkAuth(context) ?? checkName(state, context);
  if (wrong) return wrong;
  const { role, passwordHash, displayName = context.key } = input;
  if (!Object.hasOwn(PREFIX, role)) return refuse('not_allowed', `role ${role}: staff is invited`);
  const subject = `${role}:${context.id(PREFIX[role])}`;
  return {
    reply: { name: context.key, role, subject, displayName },
    events: [{ type: 'opened', data: { role, subject, displayName, passwordHash } }],
  };
}

export function invite(state: AccountState, input: Invite, context: Context, terms: Terms): Answer<'invite'> {
  if (kindOf(context.caller) !== 'platform' && context.caller !== 'system:setup') {
    return refuse('not_allowed', 'caller: only the platform invites');
  }
  // An invitation may be sent anew, so one that stands does not take the name.
  const wrong = checkName({ ...state, invitation: null }, context);
  if (wrong) return wrong;
  const { role, station, codeHash, displayName = context.key } = input;
  const key = role === 'platform' ? context.key : station;
  if (!['station', 'platform'].includes(role))
    return refuse('bad_input', `role ${role}: signs up without an invitation`);
  if (key === undefined) return refuse('bad_input', 'station: must name the station that a station operator works for');
  const expiresAt = context.now + terms.invitationMs;
  const invitation = { role, subject: `${role}:${key}`, displayName, codeHash, expiresAt };
  return { reply: { name: context.key, expiresAt }, events: [{ type: 'invited', data: invitation }] };
}

export function accept(
  state: AccountState,
  input: AccountCommands['accept']['input'],
  context: Context,
): Answer<'accept'> {
  const wrong = checkAuth(context);
  if (wrong) return wrong;
  const { invitation } = state;
  if (!invitation || context.now >= invitation.expiresAt) {
    return refuse('invitation_ended', `name ${context.key}: no invitation stands for it`);
  }
  if (input.codeHash !== invitation.codeHash) return refuse('wrong_code', 'code: is not the one of the invitation');
  const { role, subject, displayName } = invitation;
  const reply: Identity = { name: context.key, role, subject, displayName };
  const { passwordHash } = input;
  return { reply, events: [{ type: 'opened', data: { role, subject, displayName, passwordHash } }] };
}

export function checkAuth(context: Context): Refused | undefined {
  return context.caller === AUTH
    ? undefined
    : refuse('not_allowed', 'caller: only the gateway opens accounts and sessions');
}

/** A name is one account's, in whatever case it is written; an invitation that stands keeps it. */
function checkName({ owner, invitation }: AccountState, { key, now }: Context): Refused | undefined {
  if (key !== key.toLowerCase()) return refuse('bad_input', `name ${key}: must be in lower case`);
  if (!owner && (!invitation || now >= invitation.expiresAt)) return undefined;
  return refuse('name_taken', `name ${key}: is taken`);
}
