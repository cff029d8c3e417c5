/**
 * What an actor kind is: its state, the commands that it decides, the events that change it.
 * Domain folders write definitions; the engine runs them. Neither knows the other's inside.
 *
 *   R1  `decide` and `evolve` are pure and synchronous: no clock, no random, no I/O. What a
 *       decision needs beyond state and input comes in its {@link Context}.
 *   R9  No actor waits for another: a decision names the messages it sends, and ends.
 *
 * A definition is a set of tables, one function for each command, event, read and push, so that
 * the compiler says what is missing and nobody switches over kinds.
 */
import type { ErrorCode } from '../../errors.js';
import type { ActorId, Json, Move, Outcome, Refusal, Row } from '../../store/ports.js';

/** One command of a kind: what comes in, what the caller hears. */
export interface CommandShape {
  readonly input: unknown;
  readonly reply: unknown;
}

/** The command table of a kind, `type → { input, reply }`. Constrain with `C extends Commands<C>`. */
export type Commands<C> = { readonly [T in keyof C]: CommandShape };

/** The union of events of an event table `type → data`. */
export type EventOf<E> = { [T in keyof E & string]: { readonly type: T; readonly data: E[T] } }[keyof E & string];

/** What a decision may know beside state and input. */
export interface Context {
  readonly self: ActorId;
  /** The part of `self` behind the colon. */
  readonly key: string;
  /** The turn's time, ms UTC; never goes back for one actor (ENGINE 13). */
  readonly now: number;
  /** Who asks: an account's subject (`driver:dr_…`), an actor, or `system:<job>`. */
  readonly caller: string;
  /** The command's id as the caller gave it. */
  readonly commandId: string;
  /** A fresh id, `<prefix>_<nanoid>`, drawn from the turn's own source. */
  readonly id: (prefix: string) => string;
  /** Uniform in [0, 1), drawn from the turn's own source. */
  readonly random: () => number;
}

/** A message to send when, and only when, this decision is durable. */
export interface Message {
  readonly to: ActorId;
  readonly type: string;
  readonly input: Json;
  /** The sender's own command that handles the reply; its input is a {@link Reply}. Absent: no reply is asked for. */
  readonly reply?: string;
  /** Context for the sender's reply handler. */
  readonly note?: Json;
  /** Due time, ms UTC; absent: at once. A due message to oneself is a timer (ENGINE 16). */
  readonly due?: number;
  /** The sender's name for this promise, by which a later decision closes it; unique among its open ones. */
  readonly label?: string;
}

/** What a reply handler gets: the answer to a message that this actor sent, with the note it kept. */
export interface Reply<T = Json, N = Json> {
  readonly from: ActorId;
  readonly outcome: Outcome<T>;
  readonly note: N;
}

/** A decision that changes the actor, or at least answers. */
export interface Accepted<E, R> {
  readonly reply: R;
  readonly events?: readonly EventOf<E>[];
  readonly send?: readonly Message[];
  /** Labels of own open promises that need not be kept; unknown ones are ignored (they fired already). */
  readonly closes?: readonly string[];
  /** Lines of the books that go with the events (B2). */
  readonly moves?: readonly Move[];
}

/** A decision against: an entry too (ENGINE 11), so that a repeat hears the same. */
export interface Refused {
  readonly refused: Refusal;
}

export type Decision<E, R> = Accepted<E, R> | Refused;

/** Where an event stands. */
export interface At {
  readonly self: ActorId;
  readonly seq: number;
  /** ms UTC. */
  readonly now: number;
}

/** Something to tell connected clients; the engine adds stream, seq and the seq of the one before (ENGINE 20). */
export interface PushBody {
  /** With the actor's id it names the stream: `<actor>/<channel>`. */
  readonly channel: string;
  readonly name: string;
  readonly data: Json;
}

/** What a read may know beside state and input. */
export interface ReadContext {
  readonly self: ActorId;
  readonly key: string;
  readonly now: number;
  readonly caller: string;
}

/** A read table, `name → { input, reply }`. */
export type Reads<Q> = { readonly [N in keyof Q]: CommandShape };

/** Brings an event's data one version up: the function at index 0 turns version 1 into 2. */
export type Upcaster = (data: Json) => Json;

/**
 * An actor kind. `S` is its state: plain JSON, so that a snapshot is a copy and a replay compares.
 */
export interface ActorDefinition<S, C extends Commands<C>, E, Q extends Reads<Q> = object> {
  readonly kind: string;
  /** Version of the shape of `S`; raise it and old snapshots are passed over. */
  readonly version: number;
  initial(key: string): S;
  /** One function a command. It reads the state and may not change it. */
  readonly decide: {
    readonly [T in keyof C]: (state: Readonly<S>, input: C[T]['input'], context: Context) => Decision<E, C[T]['reply']>;
  };
  /**
   * One function an event. It folds the event into `state`, in place: the activation owns it, and a
   * failed batch is undone by reading the journal again, so no copy is made for each turn.
   */
  readonly evolve: { readonly [T in keyof E]: (state: S, data: E[T], at: At) => void };
  /** Questions that change nothing. Answered when all they were judged on is durable (ENGINE 10). */
  readonly reads?: {
    readonly [N in keyof Q]: (
      state: Readonly<S>,
      input: Q[N]['input'],
      context: ReadContext,
    ) => Q[N]['reply'] | Refused;
  };
  /** What connected clients hear of an event: of the event alone, so that it can be told again. */
  readonly push?: { readonly [T in keyof E]?: (data: E[T], at: At) => readonly PushBody[] };
  /** What the views keep of an event; called with the state after the whole entry. `version` is the seq. */
  readonly rows?: {
    readonly [T in keyof E]?: (state: Readonly<S>, data: E[T], at: At) => readonly Omit<Row, 'version'>[];
  };
  /** For each event whose shape has changed, the way from each version to the next. */
  readonly upcast?: { readonly [T in keyof E]?: readonly Upcaster[] };
  /** What `rows` says, rebuilt by `rows` too; named here so that a rebuild knows what to empty. */
  readonly collections?: readonly string[];
}

/* eslint-disable @typescript-eslint/no-explicit-any -- the engine runs all kinds alike; each definition was checked where it was written */
type Table<F> = Readonly<Partial<Record<string, F>>>;

/** An actor definition whose types the engine need not know. */
export interface AnyDefinition {
  readonly kind: string;
  readonly version: number;
  initial(key: string): unknown;
  readonly decide: Table<(state: any, input: any, context: Context) => ErasedDecision>;
  readonly evolve: Table<(state: any, data: any, at: At) => void>;
  readonly reads?: Table<(state: any, input: any, context: ReadContext) => any>;
  readonly push?: Table<(data: any, at: At) => readonly PushBody[]>;
  readonly rows?: Table<(state: any, data: any, at: At) => readonly Omit<Row, 'version'>[]>;
  readonly upcast?: Table<readonly Upcaster[]>;
  readonly collections?: readonly string[];
}
/* eslint-enable @typescript-eslint/no-explicit-any */

/** A decision whose events and reply are of no type the engine knows. */
export type ErasedDecision =
  | Refused
  | (Omit<Accepted<never, unknown>, 'events'> & {
      readonly events?: readonly { readonly type: string; readonly data: unknown }[];
    });

/** Checks a definition's tables against its types, and gives it back. */
export function defineActor<S, C extends Commands<C>, E, Q extends Reads<Q> = object>(
  definition: ActorDefinition<S, C, E, Q>,
): ActorDefinition<S, C, E, Q> {
  return definition;
}

/** A decision against, with a code of the error registry. */
export function refuse(code: ErrorCode, message: string, details?: Json): Refused {
  return { refused: details === undefined ? { code, message } : { code, message, details } };
}

/**
 * A typed way to write messages to a kind: `const wallet = messagesTo<WalletCommands>('wallet')`,
 * then `wallet('charge', key, input, { reply: 'chargeAnswered', note })`.
 */
export function messagesTo<C extends Commands<C>>(kind: string) {
  return <T extends keyof C & string>(
    type: T,
    key: string,
    input: C[T]['input'] & Json,
    more: Pick<Message, 'reply' | 'note' | 'due' | 'label'> = {},
  ): Message => ({ to: `${kind}:${key}`, type, input, ...more });
}
