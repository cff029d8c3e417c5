/**
 * The engine as everything outside sees it: ask an actor, read one, follow what is pushed.
 */
import type { ActorId, Json, Outcome, Refusal } from '../../store/ports.js';
import type { Committed } from './committed.js';

/** A command on its way to one actor. */
export interface Ask {
  readonly to: ActorId;
  readonly type: string;
  readonly input: Json;
  /**
   * What the caller said, where `input` holds more: facts of the server's own, which may be others when the
   * command is repeated. The command id stands for this (ENGINE 12). Absent: `input`.
   */
  readonly said?: Json;
  /** Who asks, as the gateway knows it: `driver:dr_…`, `device:d_…`, `system:<job>`. */
  readonly caller: string;
  /** Made by whoever asks first, kept across retries; holds no `/`. */
  readonly id: string;
  /** ms UTC; after it the caller no longer listens, and an undecided command is not decided. */
  readonly deadline?: number;
}

/** The answer to a command: the stored outcome, and the seq of the entry that holds it. */
export interface Answer {
  readonly outcome: Outcome;
  readonly seq: number;
}

/** The answer to a read: the value, and the seq of the state that it was read from. */
export interface ReadAnswer {
  readonly outcome: Outcome;
  readonly seq: number;
}

/** A request that never reached a decision (ENGINE 11): nothing of it is stored, and it may be sent again. */
export interface Unstored {
  readonly unstored: Refusal;
}

/** Something told to connected clients. */
export interface Push {
  /** `<actor>/<channel>`. */
  readonly stream: string;
  /** The entry's seq. */
  readonly seq: number;
  /** The seq of the push before it in this stream; 0 for none. */
  readonly prev: number;
  readonly name: string;
  readonly data: Json;
}

/** What a client missed, or, where that is too much, the word that it must take a snapshot. */
export interface Missed {
  /** Pushes after the asked seq, in order; absent when `lagged`. */
  readonly pushes: readonly Push[];
  /** The client is too far behind: read a snapshot, then follow from `head`. */
  readonly lagged: boolean;
  /** The seq of the last push of the stream; 0 for none. */
  readonly head: number;
}

/** A message that was tried to the limit, kept for an operator (ENGINE 15). */
export interface DeadLetter {
  /** `<actor>/<seq>/<n>`. */
  readonly id: string;
  readonly from: ActorId;
  readonly to: ActorId;
  readonly type: string;
  readonly since: number;
  readonly attempts: number;
  readonly lastError: string;
}

export interface Engine {
  /** Asks one actor. Resolves when the answer is durable, or with the reason why it never reached a decision. */
  ask(ask: Ask): Promise<Committed<Answer> | Unstored>;
  /** Reads one actor's state, as of all turns before it. */
  read(actor: ActorId, name: string, input: Json, caller: string): Promise<Committed<ReadAnswer> | Unstored>;
  /** Every push of this node's actors, once it is durable. Returns the way to stop. */
  onPush(listener: (push: Committed<Push>) => void): () => void;
  /** The pushes of a stream after `after`, from the journal, at most `limit` entries back. */
  missed(stream: string, after: number): Promise<Committed<Missed> | Unstored>;
  deadLetters(): Promise<readonly DeadLetter[]>;
  /** Sends a dead letter again; false when there is none of that id. */
  retryDeadLetter(id: string): Promise<boolean>;
  /** Takes no more commands, finishes turns, flushes, snapshots. */
  stop(): Promise<void>;
}
