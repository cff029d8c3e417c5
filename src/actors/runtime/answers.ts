/**
 * Answers, made of what is stored.
 */
import type { EntryCore, Json } from '../../store/ports.js';
import { derive, type Committed } from './committed.js';
import type { Refused } from './definition.js';
import type { Answer, ReadAnswer, Unstored } from './engine.js';
import type { CommandEnvelope } from './envelope.js';
import { unstored } from './problems.js';

/** What an entry answers its caller. */
export function storedAnswer(entry: EntryCore): Answer {
  return { outcome: entry.reply, seq: entry.seq };
}

/** What an entry answers a later request with the same command id (R4, ENGINE 12). */
export function repeatOf(entry: Committed<EntryCore>, { id, hash }: CommandEnvelope): Committed<Answer> | Unstored {
  // Nothing of the first reply is shown to another request.
  if (entry.value.hash !== hash) return unstored('id_reused', `command id ${id} was used before, for something else`);
  return derive(entry, storedAnswer);
}

/** The answer to a read: a value, or a definition's refusal to show it. */
export function readAnswer(text: string, seq: number): ReadAnswer {
  const value = JSON.parse(text) as Json | Refused;
  return isRefused(value)
    ? { outcome: { ok: false, error: value.refused }, seq }
    : { outcome: { ok: true, value }, seq };
}

function isRefused(value: Json | Refused): value is Refused {
  return typeof value === 'object' && value !== null && 'refused' in value;
}
