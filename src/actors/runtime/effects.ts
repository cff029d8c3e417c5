/**
 * Messages to the outside world. An effect is promised by an entry like any message and carried out
 * at least once; what it calls must take the message's id as its own idempotency key.
 */
import type { Json, Outcome } from '../../store/ports.js';

/**
 * Carries out one message to `effect:<name>` and says what came of it; the outcome reaches the
 * sender as a reply. Throws when nothing is known: the message is sent again.
 */
export type EffectHandler = (type: string, input: Json, id: string, signal: AbortSignal) => Promise<Outcome>;

/** Effect name → handler. */
export type Effects = Readonly<Record<string, EffectHandler>>;

/** The kind part of an effect's address. */
export const EFFECT = 'effect';
