/**
 * What carries sockets and HTTP on one port. Two adapters, one behaviour (test/gateway/transport.test.ts
 * runs over both): uWebSockets.js where it loads, node's http and `ws` elsewhere.
 *
 * Boundary: a transport moves bytes. It knows no command, no account and no room's meaning.
 */
import type { FastifyInstance } from 'fastify';
import type { Server, Socket } from 'socket.io';

import type { Log } from '../log.js';

/** Events are checked against the contract's schemas, not against socket.io's own types. */
export type Events = Record<string, (...args: readonly unknown[]) => void>;
export type Io = Server<Events, Events, Events, object>;
export type GatewaySocket = Socket<Events, Events, Events, object>;

/** What a transport must keep to. */
export interface TransportOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly http: FastifyInstance;
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
  /**
   * Connections at once; further ones are closed. Over uWebSockets.js about so many, and then none is taken (door.ts).
   */
  readonly maxConnections: number;
  /** Bytes that may wait for one slow reader. */
  readonly maxBufferedBytes: number;
  /** Whether a page of that origin may connect to this host; asked before the handshake. */
  readonly admits: (origin: string | undefined, host: string | undefined) => boolean;
  readonly log: Log;
}

export interface Transport {
  readonly name: 'uws' | 'node';
  readonly io: Io;
  /** Where it listens; `host` is the address to connect to. */
  readonly address: { readonly host: string; readonly port: number };
  /** Connections are turned away now, because as many are held as may be. */
  full(): boolean;
  /** Bytes that wait for a socket to read them. */
  bufferedBytes(socket: GatewaySocket): number;
  /** Takes no more connections and closes those that are there; asked twice, it is one closing. */
  close(): Promise<void>;
}

/** Packets and request bodies larger than this are refused. */
export const MOST_BYTES = 65_536;

/** Where socket.io answers. */
export const SOCKET_PATH = '/socket.io/';

/** The port is taken, or the address is not this machine's: one line for people. */
export class CannotListen extends Error {
  override readonly name = 'CannotListen';
}
