import type { AccountEvents } from './events.js';
import type { AccountState } from './state.js';

type Fold<T extends keyof AccountEvents> = (state: AccountState, data: AccountEvents[T]) => void;

export const opened: Fold<'opened'> = (state, owner) => {
  state.owner = owner;
  state.invitation = null;
};

export const invited: Fold<'invited'> = (state, invitation) => {
  state.invitation = invitation;
};

export const blocked: Fold<'blocked'> = (state) => {
  state.blocked = true;
};

export const unblocked: Fold<'unblocked'> = (state) => {
  state.blocked = false;
};

export const sessionOpened: Fold<'sessionOpened'> = (state, session) => {
  state.sessions.push(session);
};

export const sessionRotated: Fold<'sessionRotated'> = (state, { family, tokenHash, expiresAt }) => {
  state.sessions = state.sessions.map((session) =>
    session.family === family ? { ...session, tokenHash, expiresAt } : session,
  );
};

export const sessionClosed: Fold<'sessionClosed'> = (state, { family }) => {
  state.sessions = state.sessions.filter((session) => session.family !== family);
};
