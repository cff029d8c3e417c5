/**
 * The account: a login name, who it is, and its sessions.
 *
 * Boundary: it sees hashes and compares them; making them, and checking a password, is the gateway's.
 * No answer, push or row carries a password's hash, but the one read that the gateway checks against.
 * Keeps: R4 (one sign-up a name), R8 (16 sessions, one invitation).
 */
import { defineActor, refuse, type ActorDefinition } from '../runtime/definition.js';
import type { Terms } from '../terms.js';
import type { AccountCommands, Identity } from './commands.js';
import { accept, AUTH, invite, open } from './decide.js';
import { block, closeSession, openSession, rotate, unblock } from './decide-sessions.js';
import type { AccountEvents } from './events.js';
import * as evolve from './evolve.js';
import { initialAccount, type AccountState } from './state.js';

export type AccountReads = {
  /** By the gateway alone: what a password is checked against. Refuses `wrong_password` when there is no account. */
  credentials: { input: unknown; reply: Identity & { readonly passwordHash: string } };
  /** By the gateway alone: whether a session is open. Refuses `session_ended`. */
  session: { input: { readonly family: string }; reply: Identity & { readonly expiresAt: number } };
};

type Definition = ActorDefinition<AccountState, AccountCommands, AccountEvents, AccountReads>;

export function accountActor(terms: Terms): Definition {
  return defineActor<AccountState, AccountCommands, AccountEvents, AccountReads>({
    kind: 'account',
    version: 2,
    initial: initialAccount,
    decide: {
      open,
      accept,
      closeSession,
      block: (state, _input, context) => block(state, context),
      unblock: (state, _input, context) => unblock(state, context),
      invite: (state, input, context) => invite(state, input, context, terms),
      openSession: (state, input, context) => openSession(state, input, context, terms),
      rotate: (state, input, context) => rotate(state, input, context, terms),
    },
    evolve: { ...evolve },
    reads: {
      credentials: ({ owner }, _input, { caller, key }) => {
        if (caller !== AUTH) return refuse('not_allowed', 'credentials: for the gateway alone');
        return owner ? { ...owner, name: key } : refuse('wrong_password', 'name or password: is wrong');
      },
      session: ({ owner, sessions }, { family }, { caller, key, now }) => {
        if (caller !== AUTH) return refuse('not_allowed', 'session: for the gateway alone');
        const session = sessions.find((one) => one.family === family && now < one.expiresAt);
        if (!owner || !session) return refuse('session_ended', 'session: has ended');
        const { role, subject, displayName } = owner;
        return { name: key, role, subject, displayName, expiresAt: session.expiresAt };
      },
    },
    push: {
      // Told on `account:<name>/sessions`.
      sessionClosed: (data) => [{ channel: 'sessions', name: 'session.closed', data }],
    },
  });
}
