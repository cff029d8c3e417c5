/**
 * The fast transport: uWebSockets.js owns the port and the websockets, engine.io speaks over them, and
 * every other path goes to Fastify by `inject` (uws-http.ts).
 */
import type * as UWebSockets from 'uWebSockets.js';
import type { TemplatedApp, us_listen_socket, WebSocket, WebSocketBehavior } from 'uWebSockets.js';

import { OWN } from '../limits/descriptors.js';
import { Door } from './door.js';
import { Handshakes } from './handshakes.js';
import { ioOptions, newIo } from './io.js';
import { CannotListen, SOCKET_PATH, type Transport, type TransportOptions } from './port.js';
import { adapterOf, under } from './uws-adapter.js';
import { uwsIsHere } from './uws-binary.js';
import { UwsEngine } from './uws-engine.js';
import { toFastify } from './uws-http.js';
import { UwsSocket } from './uws-socket.js';
import { Writes } from './writes.js';

/** The native module, with what its declarations leave out. */
type Uws = typeof UWebSockets & { readonly LIBUS_LISTEN_EXCLUSIVE_PORT: number };
interface Listener {
  listen(host: string, port: number, options: number, done: (socket: us_listen_socket | false) => void): void;
}

/** The native module, or undefined where it does not load. */
async function loadUws(): Promise<Uws | undefined> {
  if (!uwsIsHere()) return undefined;
  try {
    return ((await import('uWebSockets.js')) as unknown as { default: Uws }).default;
  } catch {
    return undefined;
  }
}

/** Listens, or says undefined where uWebSockets.js does not load. */
export async function listenUws(options: TransportOptions): Promise<Transport | undefined> {
  const uws = await loadUws();
  if (!uws) return undefined;
  const app = uws.App();
  const writes = new Writes();
  const handshakes = new Handshakes();
  const io = newIo(options, handshakes, { adapter: adapterOf(app, writes) });
  const engine = new UwsEngine(ioOptions(options), handshakes);
  engine.attach(attachable(app, options.maxBufferedBytes, writes), { path: SOCKET_PATH, idleTimeout: 0 });
  io.bind(engine);
  await options.http.ready();
  app.any('/*', toFastify(options.http));
  const { host, maxConnections } = options;
  let listening: us_listen_socket | false = false;
  const listenOn = (port: number): boolean => {
    // Exclusive: a second server on the port is an error, as it is with node's http. The answer comes within the call.
    (app as unknown as Listener).listen(host, port, uws.LIBUS_LISTEN_EXCLUSIVE_PORT, (socket) => {
      listening = socket;
    });
    return listening !== false;
  };
  const shut = (): void => {
    if (listening !== false) uws.us_listen_socket_close(listening);
    listening = false;
  };
  if (!listenOn(options.port))
    throw new CannotListen(`cannot listen on ${host}:${options.port}: the port is in use, or the address is not here`);
  const port = uws.us_socket_local_port(listening);
  const door = new Door({ most: maxConnections + OWN, shut, open: () => listenOn(port) });
  return {
    name: 'uws',
    io,
    address: { host, port },
    full: () => door.isShut,
    bufferedBytes: (socket) => under(socket).getBufferedAmount(),
    async close() {
      door.close();
      shut();
      await io.close();
      await options.http.close();
    },
  };
}

/** What engine.io keeps with a native socket. */
interface Kept {
  readonly transport: { socket: UwsSocket };
}

/**
 * The app as engine.io attaches to it, with held writes, and with the bound on slow readers: uWebSockets.js drops
 * what passes the limit, and a socket.io stream with a hole is worse than none, so the socket is closed instead.
 */
function attachable(app: TemplatedApp, maxBufferedBytes: number, writes: Writes): Pick<TemplatedApp, 'any' | 'ws'> {
  const limits = { maxBackpressure: maxBufferedBytes, closeOnBackpressureLimit: 1 };
  const attached: Pick<TemplatedApp, 'any' | 'ws'> = {
    any(pattern, handler) {
      app.any(pattern, handler);
      // engine.io chains its calls; what follows must come here too.
      return attached as TemplatedApp;
    },
    ws: <T>(pattern: string, behaviour: WebSocketBehavior<T>) =>
      app.ws<T>(pattern, {
        ...behaviour,
        ...limits,
        open(socket) {
          void behaviour.open?.(socket);
          kept(socket).socket = new UwsSocket(socket, writes);
        },
        close(socket, code, message) {
          kept(socket).socket.left();
          behaviour.close?.(socket, code, message);
        },
      }),
  };
  return attached;
}

function kept<T>(socket: WebSocket<T>): Kept['transport'] {
  return (socket.getUserData() as unknown as Kept).transport;
}
