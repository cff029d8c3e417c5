/**
 * The typed client, `import { connect } from 'backseat/client'`: requests whose names, inputs and
 * answers the compiler knows from the server's own declarations, and streams that lose and double
 * nothing over reconnects. Runs in browsers and in Node; it imports nothing of the server but types.
 */
import { nanoid } from 'nanoid';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';

import { Following, type FollowOptions } from './following.js';
import { Line, type LineState } from './line.js';
import { OpenRequests } from './requests.js';
import type { Auth, Json, Pushed, RequestName, Requests } from './types.js';

export type { Following, FollowOptions } from './following.js';
export type { LineState } from './line.js';
export { NoAnswer, RequestRefused, type Auth, type Json, type Pushed, type Refusal } from './types.js';
export type { RequestName, Requests } from './types.js';

export interface ConnectOptions {
  /** Who connects; a function is asked anew at each reconnect, so that it can hand out a fresh token. */
  readonly auth?: Auth | (() => Auth | Promise<Auth>);
  /** How long a request waits for its answer over all reconnects, ms. */
  readonly withinMs?: number;
  /** Options of socket.io-client, e.g. pauses between reconnects. */
  readonly socket?: Partial<ManagerOptions & SocketOptions>;
}

export interface AskOptions {
  /** The command's id; made here when it is left out. The same id again: the same answer, no second effect. */
  readonly id?: string;
  readonly withinMs?: number;
}

export interface Client {
  /** Asks; throws `RequestRefused` when the server says no, `NoAnswer` when it says nothing in time. */
  ask<N extends RequestName>(
    name: N,
    input: Requests[N]['input'],
    options?: AskOptions,
  ): Promise<Requests[N]['output']>;
  /** Follows a stream until it is stopped; each stream once. */
  follow(stream: string, options: FollowOptions): Following;
  /** Hears volatile events, which may be skipped. Returns the way to stop. */
  onVolatile(listener: (name: string, data: Json) => void): () => void;
  /** Hears how the line stands. Returns the way to stop. */
  onLine(listener: (line: LineState) => void): () => void;
  readonly line: LineState;
  /** socket.io's own socket. */
  readonly socket: Socket;
  close(): void;
}

const WITHIN_MS = 15_000;

/** Connects, and keeps connected until it is closed. */
export function connect(url: string, options: ConnectOptions = {}): Client {
  const { auth = {}, withinMs = WITHIN_MS } = options;
  const socket = io(url, {
    transports: ['websocket'],
    forceNew: true,
    ...options.socket,
    auth: (tell: (auth: object) => void) => {
      if (typeof auth !== 'function') tell(auth);
      // A token that cannot be had now: connect as nobody, be refused, and try again.
      else
        Promise.resolve(auth()).then(tell, () => {
          tell({});
        });
    },
  });
  const requests = new OpenRequests(socket);
  const followings = new Map<string, Following>();
  const line = new Line(socket);
  socket.on('connect', () => {
    for (const following of followings.values()) following.catchUp();
  });
  socket.on('push', (push: Pushed) => followings.get(push.stream)?.onPush(push));
  socket.on('head', ({ stream, seq }: { stream: string; seq: number }) => followings.get(stream)?.onHead(seq));
  socket.on('ended', ({ stream, reason }: { stream: string; reason: string }) => {
    followings.get(stream)?.onEnded({ code: 'not_allowed', message: reason });
  });
  return {
    ask: (name, input, { id = nanoid(), withinMs: within = withinMs } = {}) =>
      // The server holds the answer to the schema that the type was made from.
      requests.ask(name, input, id, within) as Promise<never>,
    follow(stream, more) {
      if (followings.has(stream)) throw new Error(`${stream} is followed already`);
      const following = new Following(socket, stream, more, () => followings.delete(stream));
      followings.set(stream, following);
      return following;
    },
    onVolatile(listener) {
      const hear = ({ name, data }: { name: string; data: Json }) => {
        listener(name, data);
      };
      socket.on('volatile', hear);
      return () => socket.off('volatile', hear);
    },
    onLine: (listener) => line.listen(listener),
    get line() {
      return line.state;
    },
    socket,
    close() {
      for (const following of [...followings.values()]) following.stop();
      requests.close();
      socket.disconnect();
      line.close();
    },
  };
}
