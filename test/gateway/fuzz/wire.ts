/** Bytes to a server's port, as no client library would send them. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { WebSocket } from 'ws';

/** ms. */
export interface Patience {
  /** For the first byte: long, since whoever expects an answer must get it from a busy machine too. */
  readonly firstMs?: number;
  /** For each that follows. */
  readonly nextMs?: number;
}

/** What came back until the server closed, or until nothing came for too long. */
export async function say(
  url: string,
  bytes: Buffer | string,
  { firstMs = 20_000, nextMs = 200 }: Patience = {},
): Promise<string> {
  const socket = await open(url);
  const heard: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => {
    heard.push(chunk);
    socket.setTimeout(nextMs);
  });
  socket.on('error', () => undefined);
  const closed = once(socket, 'close');
  socket.setTimeout(firstMs, () => socket.destroy());
  socket.write(bytes);
  await closed;
  return Buffer.concat(heard).toString('latin1');
}

/** A connection that says nothing yet. */
export async function open(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/** The head of a request that asks for a websocket of engine.io. */
export const UPGRADE = [
  'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
  'host: 127.0.0.1',
  'connection: upgrade',
  'upgrade: websocket',
  'sec-websocket-version: 13',
  'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
  '',
  '',
].join('\r\n');

/** A websocket that speaks engine.io's and socket.io's packets by hand. */
export class Line {
  readonly heard: string[] = [];
  readonly closed: Promise<void>;

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.heard.push(data.toString()));
    socket.on('error', () => undefined);
    this.closed = once(socket, 'close').then(() => undefined);
  }

  static async open(url: string): Promise<Line> {
    const { port } = new URL(url);
    const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
    const line = new Line(socket);
    await once(socket, 'open');
    return line;
  }

  get isClosed(): boolean {
    return this.socket.readyState >= WebSocket.CLOSING;
  }

  /** Sends packets one after the other, as long as the server takes them. */
  send(...packets: readonly (string | Uint8Array)[]): void {
    for (const packet of packets) if (!this.isClosed) this.socket.send(packet);
  }

  end(): void {
    this.socket.terminate();
  }
}
