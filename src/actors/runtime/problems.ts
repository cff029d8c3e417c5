/**
 * What the engine reports to people and to meters. It decides nothing by it.
 */
import type { ErrorCode } from '../../errors.js';
import type { ActorId, Refusal } from '../../store/ports.js';
import type { Unstored } from './engine.js';

/** Something that an operator should see. */
export interface Problem {
  readonly what:
    'decision_failed' | 'chain_too_long' | 'parked' | 'dead_letter' | 'foreign_owner' | 'gave_up' | 'store_slow';
  readonly actor?: ActorId;
  readonly commandId?: string;
  /** With its stack, where there is one. */
  readonly error?: unknown;
  readonly text: string;
}

/** Counts and times; each call is cheap and may be a no-op. */
export interface Meters {
  /** A turn is stored; `refused` is the code of a refusal. */
  turn(kind: string, refused: string | undefined): void;
  /** One flush: entries in it, ms until durable. */
  flushed(entries: number, ms: number): void;
  activated(kind: string, entriesRead: number): void;
  problem(what: Problem['what']): void;
}

/** Meters that count nothing. */
export const noMeters: Meters = {
  turn: () => undefined,
  flushed: () => undefined,
  activated: () => undefined,
  problem: () => undefined,
};

/** The answer to what never reached a decision (ENGINE 11). */
export function unstored(
  code: ErrorCode,
  message: string,
  more: Pick<Refusal, 'details' | 'retryAfterMs'> = {},
): Unstored {
  return { unstored: { code, message, ...more } };
}
