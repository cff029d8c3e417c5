import type { Identity } from './commands.js';

export type Session = {
  readonly family: string;
  /** Of the one refresh token that is good. */
  readonly tokenHash: string;
  readonly since: number;
  readonly expiresAt: number;
};

export type Invitation = Pick<Identity, 'role' | 'subject' | 'displayName'> & {
  readonly codeHash: string;
  readonly expiresAt: number;
};

export type AccountState = {
  /** Null until someone signed up or accepted. */
  owner: (Omit<Identity, 'name'> & { readonly passwordHash: string }) | null;
  /** By the platform: nobody logs in. */
  blocked: boolean;
  /** At most one: the last that was sent. */
  invitation: Invitation | null;
  /** Oldest first, at most {@link MOST_SESSIONS}. */
  sessions: Session[];
};

/** Of one account at a time (R8). */
export const MOST_SESSIONS = 16;

export function initialAccount(): AccountState {
  return { owner: null, blocked: false, invitation: null, sessions: [] };
}
