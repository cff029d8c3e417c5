/** The transport that always works: node's http server for Fastify, and `ws` beside it on the same port. */
import type { AddressInfo } from 'node:net';
import type { WebSocket } from 'ws';

import { newIo } from './io.js';
import { CannotListen, type GatewaySocket, type Transport, type TransportOptions } from './port.js';

/** What engine.io keeps under a connection, which it does not declare. */
interface Under {
  readonly transport: { readonly socket: WebSocket };
  /** Packets that wait until the write before them is done. */
  readonly writeBuffer: readonly { readonly data?: string }[];
}

function bufferedBytes({ conn }: GatewaySocket): number {
  const { transport, writeBuffer } = conn as unknown as Under;
  return writeBuffer.reduce((sum, { data = '' }) => sum + data.length, transport.socket.bufferedAmount);
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
    bufferedBytes,
    async close() {
      await io.close();
      await http.close();
    },
  };
}
