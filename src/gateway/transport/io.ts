/** The socket.io server, the same over either transport. */
import { Server, type ServerOptions } from 'socket.io';

import type { Handshakes } from './handshakes.js';
import { Decoder, Encoder } from './packets.js';
import { MOST_BYTES, SOCKET_PATH, type Io, type TransportOptions } from './port.js';

/** Closes a connection that has not asked for a socket by then, ms. */
const CONNECT_WITHIN_MS = 10_000;

/** Options of engine.io and socket.io. Websockets only: see docs/decisions/transports.md. */
export function ioOptions(options: TransportOptions): Partial<ServerOptions> {
  return {
    path: SOCKET_PATH,
    transports: ['websocket'],
    serveClient: false,
    maxHttpBufferSize: MOST_BYTES,
    perMessageDeflate: false,
    httpCompression: false,
    pingInterval: options.pingIntervalMs,
    pingTimeout: options.pingTimeoutMs,
    connectTimeout: CONNECT_WITHIN_MS,
    allowRequest: admitting(options),
  };
}

/** Whether somebody may connect from where he comes. */
export function admitting({ admits }: TransportOptions): NonNullable<ServerOptions['allowRequest']> {
  return ({ headers }, answer) => {
    answer(null, admits(headers.origin, headers.host));
  };
}

export function newIo(options: TransportOptions, handshakes: Handshakes, more: Partial<ServerOptions> = {}): Io {
  const parser = {
    Encoder,
    Decoder: class extends Decoder {
      constructor() {
        super(handshakes);
      }
    },
  };
  return new Server({ ...ioOptions(options), parser, ...more });
}
