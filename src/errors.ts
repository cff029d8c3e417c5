/**
 * The one registry of error codes. Named by what the caller does next: `fix` the input, try again
 * `later`, `ask` someone, or `stop`. A test holds code, docs and types to this table.
 */

/** What the caller does next. */
export type NextStep = 'fix' | 'later' | 'ask' | 'stop';

/** One kind of error: its HTTP status, what the caller does next, and the sentence of the docs. */
export interface ErrorKind {
  readonly status: number;
  readonly next: NextStep;
  readonly about: string;
}

/** Every code that an answer may carry. */
export const errors = {
  // The request itself
  bad_input: {
    status: 400,
    next: 'fix',
    about: 'A field is missing, unknown or breaks its rule; the message names both.',
  },
  unknown_command: { status: 404, next: 'fix', about: 'There is no command or read of that name.' },
  too_large: { status: 413, next: 'fix', about: 'The packet is larger than 64 KB.' },
  id_reused: {
    status: 409,
    next: 'fix',
    about: 'This command id was used before, by another caller or for something else.',
  },

  // Who asks
  not_logged_in: { status: 401, next: 'fix', about: 'No valid access token or device key came with the request.' },
  wrong_password: { status: 401, next: 'fix', about: 'Name or password is wrong.' },
  not_allowed: { status: 403, next: 'ask', about: 'The role of the caller may not do this.' },
  not_yours: { status: 403, next: 'ask', about: 'The object belongs to someone else.' },
  name_taken: { status: 409, next: 'fix', about: 'An account of that name exists.' },
  session_ended: {
    status: 401,
    next: 'fix',
    about: 'The session was closed, or its refresh token was used twice: log in again.',
  },

  // The engine
  overloaded: {
    status: 429,
    next: 'later',
    about: 'The actor has too much to do; nothing was decided. Try again after retryAfterMs.',
  },
  too_many_requests: {
    status: 429,
    next: 'later',
    about: 'The socket or the account asks too often. Try again after retryAfterMs.',
  },
  too_late: { status: 504, next: 'later', about: 'The deadline passed before a decision; nothing was decided.' },
  unavailable: {
    status: 503,
    next: 'later',
    about: 'The actor moves, or its store does not answer. Try again with the same id.',
  },
  stopping: {
    status: 503,
    next: 'later',
    about: 'The node is being stopped. Try again with the same id, on another one.',
  },
  parked: {
    status: 503,
    next: 'ask',
    about: 'The actor cannot read its own past and was set aside; an operator must look.',
  },
  decision_failed: {
    status: 500,
    next: 'ask',
    about: 'The actor failed on this command and changed nothing; it was reported.',
  },
  chain_too_long: {
    status: 500,
    next: 'ask',
    about: 'The turn would send the 65th message of a chain; it was refused and reported.',
  },
  unknown_actor_kind: { status: 404, next: 'fix', about: 'No actor of that kind exists.' },
} as const satisfies Record<string, ErrorKind>;

/** A code of the registry. */
export type ErrorCode = keyof typeof errors;
