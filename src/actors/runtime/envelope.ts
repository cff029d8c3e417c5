/**
 * What lies in a mailbox: a command or a read, and who waits for its answer.
 */
import { hash } from 'node:crypto';

import type { Json } from '../../store/ports.js';
import type { Committed } from './committed.js';
import type { Answer, Ask, ReadAnswer, Unstored } from './engine.js';
import type { Memory } from './memory.js';

/** A command on its way to one actor's turn. */
export interface CommandEnvelope {
  readonly kind: 'command';
  readonly type: string;
  readonly input: Json;
  readonly caller: string;
  /** As the caller gave it; a message's is `<actor>/<seq>/<n>`. */
  readonly id: string;
  /** `<caller>:<id>`: the key under which it takes effect once (R4, ENGINE 12). */
  readonly commandId: string;
  /** Covers who asked and what (ENGINE 12). */
  readonly hash: string;
  /** Length of the chain of messages that led here. */
  readonly hop: number;
  /** The turn's time is not before this, ms UTC (ENGINE 13). */
  readonly due: number;
  /** ms UTC; past it an undecided command is not decided. */
  readonly deadline: number;
  /** A message, a reply or a timer: it finishes what was begun, and may come when new work may not (R8). */
  readonly internal: boolean;
  answer(answer: Committed<Answer> | Unstored): void;
}

/** A question to one actor's state. */
export interface ReadEnvelope {
  readonly kind: 'read';
  /** For reports. */
  readonly name: string;
  /** Looks, and changes nothing. Its value leaves as JSON. */
  look(memory: Memory, now: number): unknown;
  answer(answer: Committed<ReadAnswer> | Unstored): void;
}

export type Envelope = CommandEnvelope | ReadEnvelope;

type Addressed = Pick<CommandEnvelope, 'type' | 'input' | 'caller' | 'id' | 'answer' | 'internal'>;

/** Characters of a hash that are kept: 132 bits, enough to tell one content from another under the same id. */
const HASH = 22;

/** A command with its keys. */
export function commandEnvelope(
  command: Addressed & Partial<Pick<CommandEnvelope, 'hop' | 'due' | 'deadline'> & Pick<Ask, 'said'>>,
): CommandEnvelope {
  const { type, input, caller, id, internal, answer, said = input, hop = 0, due = 0, deadline = Infinity } = command;
  return {
    kind: 'command',
    type,
    input,
    caller,
    id,
    commandId: `${caller}:${id}`,
    hash: hash('sha256', `${caller}\n${type}\n${JSON.stringify(said)}`, 'base64url').slice(0, HASH),
    hop,
    due,
    deadline,
    internal,
    answer,
  };
}
