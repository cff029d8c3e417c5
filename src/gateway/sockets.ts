/**
 * The socket door: who connects, and what a packet `name {id?, input}` with its acknowledgement becomes.
 *
 * Invariants
 *   R2  an acknowledgement is made of a `Told` alone
 *   R8  each socket has a bucket, a bound on requests that wait and a bound on bytes that wait; those who connect come
 *       in a few at a time
 */
import type { Refusal } from '../store/ports.js';
import { ackOf, refusal, type Ack } from './answer.js';
import { Connection } from './connection.js';
import type { Connections } from './connections.js';
import type { Caller } from './contract/declare.js';
import type { Dispatcher } from './dispatch.js';
import type { Admission } from './limits/admission.js';
import { Bucket, type Rate } from './limits/bucket.js';
import type { Buckets } from './limits/buckets.js';
import type { Clock } from '../actors/runtime/clock.js';
import type { Log } from './log.js';
import type { Meters } from './meters.js';
import type { GatewaySocket, Transport } from './transport/port.js';

/** What the socket door needs. */
export interface SocketDoor {
  readonly transport: Transport;
  readonly connections: Connections;
  readonly dispatcher: Dispatcher;
  readonly addressOf: (socket: GatewaySocket) => string;
  readonly identify: (auth: unknown, address: string) => Promise<Caller | Refusal>;
  readonly admission: Admission;
  /** Requests about streams, which belong to one socket and so are no declarations. */
  readonly streams: ReadonlyMap<string, StreamRequest>;
  /** Resolves when all that is to be done for who comes has been done. */
  readonly came: (connection: Connection) => Promise<void>;
  readonly gone: (connection: Connection, reason: string) => void;
  readonly rate: Rate;
  readonly buckets: Buckets;
  /** How often an account is told that it asks too often, before its socket is closed. */
  readonly patience: Buckets;
  readonly inFlight: number;
  readonly guestMs: number;
  readonly clock: Clock;
  readonly meters: Meters;
  readonly log: Log;
}

/** When a socket with too many requests under way may ask again, ms. */
const WAIT_MS = 100;

const GOES_ON = 'it goes on asking although it is told to wait';

export type Acknowledge = (ack: Ack) => void;
export type StreamRequest = (connection: Connection, input: unknown, acknowledge: Acknowledge) => void;

/** Opens the door. From here on `transport` takes sockets. */
export function openSockets(door: SocketDoor): void {
  const { io } = door.transport;
  const entering = new WeakMap<GatewaySocket, Entering>();
  io.use((socket, next) => {
    const address = door.addressOf(socket);
    const enter = async (): Promise<void> => {
      const { conn } = socket;
      const isOpen = (): boolean => conn.readyState === 'open';
      // Whoever gave up while he waited is not asked for; whoever gives up later leaves his place: socket.io tells
      // nothing of him.
      if (!isOpen()) return;
      const who = await whoComes(door, socket, address);
      if (!isOpen()) return;
      if ('code' in who) {
        door.meters.answered('connect', who.code);
        next(Object.assign(new Error(who.message), { data: who }));
        return;
      }
      await new Promise<void>((resolve) => {
        conn.once('close', resolve);
        const inside = (): void => {
          conn.off('close', resolve);
          resolve();
        };
        entering.set(socket, { caller: who, inside });
        next();
      });
    };
    if (door.admission.enter(address, enter)) return;
    door.meters.answered('connect', crowded.code);
    next(Object.assign(new Error(crowded.message), { data: crowded }));
  });
  io.on('connection', (socket) => {
    const there = entering.get(socket);
    if (!there) throw new Error('a socket was let in without a caller');
    entering.delete(socket);
    void accept(door, socket, there.caller).then(there.inside);
  });
}

/** One who is let in; `inside` is called when all has been done for him. */
interface Entering {
  readonly caller: Caller;
  readonly inside: () => void;
}

const crowded = refusal('overloaded', 'too many are connecting at once', { retryAfterMs: 5_000 });

/** Who connects, or why he is not let in. */
async function whoComes(door: SocketDoor, socket: GatewaySocket, address: string): Promise<Caller | Refusal> {
  try {
    const who = await door.identify(socket.handshake.auth, address);
    if ('code' in who) return who;
    const full = door.connections.full(who);
    return full === undefined ? who : refusal('too_many_sockets', full, { retryAfterMs: 5_000 });
  } catch (error) {
    door.log.error({ err: error }, 'could not tell who connects');
    return refusal('gateway_failed', 'the server failed on this; it was reported');
  }
}

function accept(door: SocketDoor, socket: GatewaySocket, caller: Caller): Promise<void> {
  const now = door.clock.now();
  const connection = new Connection(socket, caller, new Bucket(door.rate, now), door.buckets.of(caller.subject));
  door.connections.add(connection);
  if (caller.role === 'guest') {
    connection.cancel = door.clock.after(door.guestMs, () => {
      connection.close('not_logged_in', 'log in, and connect with what that answers');
    });
  }
  socket.on('disconnect', (reason: unknown) => {
    connection.cancel?.();
    door.connections.remove(connection);
    door.gone(connection, String(reason));
  });
  // One function for all names: a listener each would cost every idle socket kilobytes. `next` is never
  // called, so socket.io looks for no listeners either.
  socket.use((packet) => {
    handle(door, connection, packet);
  });
  return door.came(connection);
}

/** `[name, {id?, input}, ack?]`, as socket.io hands packets over. */
function handle(door: SocketDoor, connection: Connection, packet: readonly unknown[]): void {
  const last = packet.at(-1);
  const acknowledge = typeof last === 'function' ? (last as Acknowledge) : undefined;
  const name = packet[0] as string;
  const answer = (ack: Ack) => {
    if (!ack.ok) door.meters.answered(name, ack.error.code);
    acknowledge?.(ack);
  };
  const request = packet[1];
  const tooOften = tooMuch(door, connection);
  if (tooOften) {
    answer({ ok: false, error: tooOften });
    // Saying no has its price too: whoever goes on regardless is closed.
    if (door.patience.take(connection.caller.subject) > 0) connection.close('too_many_requests', GOES_ON);
    return;
  }
  const wrong = malformed(request);
  if (wrong) {
    answer({ ok: false, error: wrong });
    return;
  }
  const { id, input } = request as { id?: unknown; input?: unknown };
  const stream = door.streams.get(name);
  if (stream) {
    stream(connection, input, answer);
    return;
  }
  const dispatched = door.dispatcher.dispatch(name, id, input, connection.caller);
  if ('refused' in dispatched) {
    answer({ ok: false, error: dispatched.refused });
    return;
  }
  connection.waiting += 1;
  dispatched.asked.then(
    (told) => {
      connection.waiting -= 1;
      answer(ackOf(told));
    },
    (error: unknown) => {
      connection.waiting -= 1;
      door.log.error({ err: error, request: name, id, caller: connection.caller.subject }, 'a request failed');
      answer({ ok: false, error: refusal('gateway_failed', 'the server failed on this; it was reported') });
    },
  );
}

/** Why a socket may not ask now (R8). */
function tooMuch({ clock, inFlight }: SocketDoor, { bucket, shared, waiting }: Connection): Refusal | undefined {
  const now = clock.now();
  const wait = bucket.take(now) || shared.take(now);
  if (wait > 0) return refusal('too_many_requests', 'this socket or account asks too often', { retryAfterMs: wait });
  if (waiting < inFlight) return undefined;
  const why = `${inFlight} requests of this socket wait for their answer already`;
  return refusal('too_many_requests', why, { retryAfterMs: WAIT_MS });
}

function malformed(request: unknown): Refusal | undefined {
  if (typeof request === 'object' && request !== null) return undefined;
  return refusal('bad_input', 'a request is an object { id?, input }');
}
