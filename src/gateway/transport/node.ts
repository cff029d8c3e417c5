/** The transport that always works: node's http server for Fastify, and `ws` beside it on the same port. */
import type { AddressInfo, Socket } from 'node:net';
import { performance } from 'node:perf_hooks';

import type { WebSocket } from 'ws';

import { Handshakes } from './handshakes.js';
import { admitting, newIo } from './io.js';
import { CannotListen, type GatewaySocket, type Transport, type TransportOptions } from './port.js';
import { Writes } from './writes.js';

/** What engine.io keeps under a connection, which it does not declare. */
interface Under {
  readonly transport: { readonly socket: WebSocket & { readonly _socket: Socket } };
  /** Packets that wait until the write before them is done. */
  readonly writeBuffer: readonly { readonly data?: string }[];
}

function bufferedBytes({ conn }: GatewaySocket): number {
  const { transport, writeBuffer } = conn as unknown as Under;
  return writeBuffer.reduce((sum, { data = '' }) => sum + data.length, transport.socket.bufferedAmount);
}

/** From now on, what is sent in one tick goes out as one write. */
function holdWrites({ transport }: Under, writes: Writes): void {
  const { socket } = transport;
  const { _socket: wire } = socket;
  const send = socket.send.bind(socket);
  let held = false;
  const release = (): void => {
    held = false;
    wire.uncork();
  };
  socket.send = (...packet: unknown[]) => {
    if (!held) {
      held = true;
      wire.cork();
      writes.add({ release });
    }
    send(...(packet as Parameters<typeof send>));
  };
}

/** Whoever has gone is seen by his closed socket. */
const left = (): void => undefined;

/** Whoever turned a connection away so lately is full, ms. */
const FULL_MS = 1_000;

export async function listenNode(options: TransportOptions): Promise<Transport> {
  const { http, host, port } = options;
  const handshakes = new Handshakes();
  const admit = admitting(options);
  const io = newIo(options, handshakes, {
    allowRequest: (request, answer) => {
      const { socket } = request;
      // Nobody else listens while it waits, and an error that nobody hears ends the process.
      socket.on('error', left);
      handshakes.add(() => {
        socket.off('error', left);
        admit(request, answer);
      });
    },
  });
  io.attach(http.server);
  let dropped = -Infinity;
  if (options.maxConnections < Infinity) {
    http.server.maxConnections = options.maxConnections;
    http.server.on('drop', () => {
      dropped = performance.now();
    });
  }
  const writes = new Writes();
  io.engine.on('connection', (connection: Under) => {
    holdWrites(connection, writes);
  });
  try {
    await http.listen({ host, port });
  } catch (error) {
    throw new CannotListen(
      `cannot listen on ${host}:${port}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const bound = http.server.address() as AddressInfo;
  return {
    name: 'node',
    io,
    address: { host, port: bound.port },
    full: () => performance.now() - dropped < FULL_MS,
    bufferedBytes,
    async close() {
      await io.close();
      await http.close();
    },
  };
}
