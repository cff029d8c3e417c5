/**
 * What a declaration is: everything the outside may ask or hear, said once. From the registry of
 * declarations (index.ts) come the socket.io event, the HTTP endpoint, validation, role check,
 * limits, the OpenAPI and AsyncAPI pages and the client's types; so a request that is not declared
 * does not exist.
 *
 *   command      changes something; carries an id and takes effect at most once (R4)
 *   read         changes nothing
 *   call         one request on its way: who asks, with which id, from where
 *   told         an answer that may leave the node: it rests on a committed entry (R2), never reached
 *                a decision (ENGINE 11), or says of itself that it is volatile
 */
import type { Static, TObject, TSchema } from '@sinclair/typebox';

import type { Answer, ReadAnswer, Unstored } from '../../actors/runtime/engine.js';
import type { Committed, Volatile } from '../../actors/runtime/committed.js';
import type { Commands, Reads } from '../../actors/runtime/definition.js';
import type { ErrorCode } from '../../errors.js';
import type { ActorId, Json, Outcome } from '../../store/ports.js';
import type { Settings } from '../../config.js';
import type { Tools } from '../tools.js';

/** What an account, a device or a screen is allowed to do. */
export type Role = 'passenger' | 'driver' | 'station' | 'platform' | 'device' | 'screen';

/** Who may ask: some roles, everyone who logged in, or anyone at all. */
export type Access = readonly Role[] | 'logged in' | 'anyone';

/** Who a socket or an HTTP request speaks for. */
export interface Caller {
  readonly role: Role | 'guest';
  /** `driver:dr_…`, `device:d_…`, `screen:…`; `guest:<address>` for who has not logged in. */
  readonly subject: string;
  /** Login name of a person; his session (token family), or the digest of a device's key. */
  readonly account?: string;
  readonly session?: string;
  readonly address: string;
}

/** One request on its way. */
export interface Call extends Caller {
  /** The command's id, as its maker chose it; a read has one too, for the logs. */
  readonly id: string;
}

/** An answer that may leave the node. */
export type Told = Committed<Answer> | Committed<ReadAnswer> | Unstored | Volatile<Outcome>;

/** Requests a minute of one account, or of one address where nobody has logged in, beside the general limits. */
export interface OwnLimit {
  readonly perMinute: number;
  readonly burst: number;
}

/** `T` with every array and field read-only, as actors hand out what they hold. */
export type Frozen<T> = T extends readonly (infer E)[]
  ? readonly Frozen<E>[]
  : T extends object
    ? { readonly [K in keyof T]: Frozen<T[K]> }
    : T;

interface About<I extends TObject, O extends TSchema> {
  /** One sentence for the pages. */
  readonly summary: string;
  readonly access: Access;
  readonly input: I;
  readonly output: O;
  /** Codes that this request may be refused with, beside those that any request may meet. */
  readonly errors: readonly ErrorCode[];
  readonly limit?: OwnLimit | ((settings: Settings) => OwnLimit);
}

/** A request that the outside may make. */
export interface Declaration<I extends TObject = TObject, O extends TSchema = TSchema> extends About<I, O> {
  readonly kind: 'command' | 'read';
  /** The actor's command or read that answers, for the pages. */
  readonly target?: string;
  /** Asks; `input` has passed the schema, `call` the role check. */
  run(input: Static<I>, call: Call, tools: Tools): Promise<Told>;
}

/** A request answered by the gateway's own work over one or several actors and views. */
export function command<I extends TObject, O extends TSchema>(
  declaration: Omit<Declaration<I, O>, 'kind'>,
): Declaration<I, O> {
  return { kind: 'command', ...declaration };
}

/** The same for a request that changes nothing. */
export function read<I extends TObject, O extends TSchema>(
  declaration: Omit<Declaration<I, O>, 'kind'>,
): Declaration<I, O> {
  return { kind: 'read', ...declaration };
}

type KeyOf<I extends TObject> = (input: Static<I>, call: Call) => string;

interface ActorCommand<I extends TObject, O extends TSchema, T, M> extends About<I, O> {
  readonly type: T;
  /** The actor's key. */
  readonly key: KeyOf<I>;
  /** The actor's own input; asynchronous when facts of the server's own must be looked up first (B1). */
  readonly message: (input: Static<I>, call: Call, tools: Tools) => M | Promise<M | Unstored>;
}

interface ActorRead<I extends TObject, O extends TSchema, N, M> extends About<I, O> {
  readonly name: N;
  readonly key: KeyOf<I>;
  readonly question: (input: Static<I>, call: Call) => M;
}

/** The name of a mismatch that the compiler shows where an actor's reply does not fit the declared output. */
interface DoesNotFit<R, O> {
  readonly theActorReplies: R;
  readonly butTheOutputIs: O;
}

type Fits<R, O extends TSchema> = [R] extends [Frozen<Static<O>>] ? unknown : DoesNotFit<R, Static<O>>;

/** Declares requests that one actor kind answers by itself, held to that kind's own message types. */
export function actor<C extends Commands<C>, Q extends Reads<Q> = object>(kind: string) {
  return {
    command<T extends keyof C & string, I extends TObject, O extends TSchema>(
      declaration: ActorCommand<I, O, T, C[T]['input']> & Fits<C[T]['reply'], O>,
    ): Declaration<I, O> {
      const { type, key, message, ...about } = declaration as ActorCommand<I, O, T, C[T]['input']>;
      return {
        kind: 'command',
        target: `${kind} ${type}`,
        ...about,
        run(input, call, tools) {
          const send = (ready: unknown): Promise<Told> => {
            if (isUnstored(ready)) return Promise.resolve(ready);
            const deadline = tools.clock.now() + tools.settings.answerWithinMs;
            // The id stands for what the caller said: the facts beside it may be others when he asks again.
            const [to, said]: [ActorId, Json] = [`${kind}:${key(input, call)}`, input as Json];
            return tools.engine.ask({
              to,
              type,
              input: ready as Json,
              said,
              caller: call.subject,
              id: call.id,
              deadline,
            });
          };
          // Hot: a promise only where facts must be looked up.
          const prepared = message(input, call, tools);
          return prepared instanceof Promise ? prepared.then(send) : send(prepared);
        },
      };
    },
    read<N extends keyof Q & string, I extends TObject, O extends TSchema>(
      declaration: ActorRead<I, O, N, Q[N]['input']> & Fits<Q[N]['reply'], O>,
    ): Declaration<I, O> {
      const { name, key, question, ...about } = declaration as ActorRead<I, O, N, Q[N]['input']>;
      return {
        kind: 'read',
        target: `${kind} ${name}`,
        ...about,
        run: (input, call, tools) =>
          tools.engine.read(`${kind}:${key(input, call)}`, name, question(input, call) as Json, call.subject),
      };
    },
  };
}

function isUnstored(ready: unknown): ready is Unstored {
  return typeof ready === 'object' && ready !== null && 'unstored' in ready;
}
