/** What a request hears: the one shape of an acknowledgement, and how each kind of answer becomes it (R2). */
import { derive, type Committed, type Volatile } from '../actors/runtime/committed.js';
import type { Answer, Unstored } from '../actors/runtime/engine.js';
import { errors, type ErrorCode } from '../errors.js';
import type { Json, Outcome, Refusal } from '../store/ports.js';
import type { Told } from './contract/declare.js';

/** The acknowledgement of a socket's request. `seq` is that of the entry, or of the state that was read. */
export type Ack<T = Json> =
  { readonly ok: true; readonly value: T; readonly seq?: number } | { readonly ok: false; readonly error: Refusal };

/** The acknowledgement of an answer. */
export function ackOf(told: Told): Ack {
  if ('unstored' in told) return { ok: false, error: told.unstored };
  if ('volatile' in told) return told.value;
  const { outcome, seq } = told.value;
  return outcome.ok ? { ok: true, value: outcome.value, seq } : outcome;
}

/** A refusal of the gateway's own: nothing reached a decision. */
export function refusal(code: ErrorCode, message: string, more: Omit<Refusal, 'code' | 'message'> = {}): Refusal {
  return { code, message, ...more };
}

/** A refusal of the gateway's own, as an answer. */
export function refused(code: ErrorCode, message: string, more: Omit<Refusal, 'code' | 'message'> = {}) {
  return { unstored: refusal(code, message, more) };
}

/** An answer that rests on no entry: views lag behind the journal, positions are volatile, tokens are made here. */
export function told(value: Json): Volatile<Outcome> {
  return { volatile: true, value: { ok: true, value } };
}

/** An actor's answer with another value in its place; it rests on the same entry. */
export function mapTold(
  answer: Committed<Answer> | Unstored,
  value: (reply: Json) => Json,
): Committed<Answer> | Unstored {
  if ('unstored' in answer) return answer;
  return derive(answer, ({ outcome, seq }) => ({
    seq,
    outcome: outcome.ok ? { ok: true, value: value(outcome.value) } : outcome,
  }));
}

/** The HTTP status of a refusal; a code that the registry does not know is the server's fault. */
export function statusOf(error: Refusal): number {
  return error.code in errors ? errors[error.code as ErrorCode].status : 500;
}
