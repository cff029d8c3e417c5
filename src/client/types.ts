/** What the client speaks of: the contract's requests, pushes, and errors. */
import type { Requests } from '../gateway/contract/index.js';
import type { Json, Refusal } from '../store/ports.js';

export type { Requests } from '../gateway/contract/index.js';
export type { Json, Refusal } from '../store/ports.js';

/** A request's name. */
export type RequestName = keyof Requests;

/** Who connects: people by access token, devices by id and key, screens, or nobody. */
export type Auth =
  | { readonly token: string }
  | { readonly device: string; readonly key: string }
  | { readonly screen: string | null }
  | Readonly<Record<string, never>>;

/** One thing that was told on a stream. */
export interface Pushed {
  readonly stream: string;
  readonly seq: number;
  readonly prev: number;
  readonly name: string;
  readonly data: Json;
}

/** An acknowledgement, as it comes. */
export type Acknowledged =
  { readonly ok: true; readonly value: Json; readonly seq?: number } | { readonly ok: false; readonly error: Refusal };

/** The server said no. `code` is one of docs/errors.md. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';
  readonly code: string;
  readonly details: Json | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(readonly refusal: Refusal) {
    super(refusal.message);
    this.code = refusal.code;
    this.details = refusal.details;
    this.retryAfterMs = refusal.retryAfterMs;
  }
}

/** No answer came in time, or the client was closed. A command may have taken effect: ask again with the same id. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';

  constructor(
    message: string,
    /** The id to ask again with. */
    readonly id: string,
  ) {
    super(message);
  }
}
