/**
 * What an account can be told. An account is one login name, `account:<name in lower case>`; it knows
 * who that is (role and subject) and which sessions are open. Secrets never come here: the gateway
 * hashes passwords (argon2id), refresh tokens and codes first. Times are ms UTC.
 *
 * All of it comes from the gateway's own caller, `system:auth`, but for invitations and log-outs.
 * A hash is a part of the command, so whoever retries one must make the same hash again (ENGINE 12).
 */

export type Role = 'passenger' | 'driver' | 'station' | 'platform';

/** Roles that people give themselves; staff is invited. */
export type OwnRole = 'passenger' | 'driver';

/** Who an account is. `subject` is the caller of its commands: `driver:dr_…`, `platform:<name>`. */
export type Identity = {
  readonly name: string;
  readonly role: Role;
  readonly subject: string;
  readonly displayName: string;
};

/** A session: a family of refresh tokens of which one, the last, is good. */
export type OpenedSession = Identity & { readonly family: string; readonly expiresAt: number };

export type SignUp = { readonly role: OwnRole; readonly passwordHash: string; readonly displayName?: string };

/** `station` names the station that a station operator works for. */
export type Invite = {
  readonly role: 'station' | 'platform';
  readonly station?: string;
  readonly codeHash: string;
  readonly displayName?: string;
};

export type AccountCommands = {
  /** Sign-up. Refuses `name_taken`; `not_allowed` for the roles of staff. */
  open: { input: SignUp; reply: Identity };
  /**
   * By the platform or the set-up (`system:setup`), which replaces an open invitation. Refuses `name_taken`,
   * `not_allowed`.
   */
  invite: { input: Invite; reply: { readonly name: string; readonly expiresAt: number } };
  /** Once. Refuses `wrong_code`, `invitation_ended`. */
  accept: { input: { readonly codeHash: string; readonly passwordHash: string }; reply: Identity };
  /**
   * Log-in; the gateway has checked the password against `passwordHash`, which must still be the
   * account's. The oldest of more than 16 sessions ends. Refuses `wrong_password`, `account_blocked`.
   */
  openSession: { input: { readonly passwordHash: string; readonly tokenHash: string }; reply: OpenedSession };
  /**
   * A refresh: `tokenHash` is of the token shown, `nextHash` of the one that replaces it. A token that is
   * not the family's last was used before, so the family is revoked: an answer, not a refusal,
   * because it changes the account. Refuses `session_ended`.
   */
  rotate: {
    input: { readonly family: string; readonly tokenHash: string; readonly nextHash: string };
    reply: { readonly rotated: true; readonly session: OpenedSession } | { readonly rotated: false };
  };
  /**
   * By the platform: nobody logs in here any more, and all sessions end; and that he may again. Blocking twice is no
   * error. Refuses `unknown_account`; `not_allowed` for the platform account that asks.
   */
  block: { input: object; reply: null };
  unblock: { input: object; reply: null };
  /** Log-out, by the account's subject. One that has ended already is no error. */
  closeSession: { input: { readonly family: string }; reply: null };
};

/** Why a session ended, as told on `account:<name>/sessions`. */
export type EndOfSession = 'logged_out' | 'token_reused' | 'displaced' | 'expired' | 'blocked';
