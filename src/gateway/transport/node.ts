/** The transport that always works: node's http server for Fastify, and `ws` beside it on the same port. */
import type { AddressInfo } from 'node:net';
import type { WebSocket } from 'ws';

import { newIo } from './io.js';
import { CannotListen, type GatewaySocket, type Transport, type TransportOptions } from './port.js';

/** The socket under a connection; engine.io does not declare it. */
function under(socket: GatewaySocket): WebSocket {
  return (socket.conn.transport as unknown as { socket: WebSocket }).socket;
}

export async function listenNode(options: TransportOptions): Promise<Transport> {
  const { http, host, port } = options;
  const io = newIo(options);
  io.attach(http.server);
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
    bufferedBytes: (socket) => under(socket).bufferedAmount,
    async close() {
      await io.close();
      await http.close();
    },
  };
}
