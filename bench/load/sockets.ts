/** Plain socket.io clients, the same for ours and for the reference, so that both are loaded at the same cost. */
import { io, type Socket } from 'socket.io-client';

/** What the server acknowledges. */
export type Ack<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: { readonly code: string; readonly message: string } };

/** Connects one socket; rejects when it is not let in. */
export async function connect(url: string, auth: object = {}): Promise<Socket> {
  const socket = io(url, { transports: ['websocket'], forceNew: true, reconnection: false, auth });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  socket.once('disconnect', (reason) => {
    // Whoever waits for an answer would wait for ever.
    throw new Error(`a socket was closed: ${reason}`);
  });
  return socket;
}

/** Connects many, some at a time. */
export async function connectAll(url: string, auths: readonly object[], atOnce = 64): Promise<Socket[]> {
  const sockets: Socket[] = [];
  for (let from = 0; from < auths.length; from += atOnce) {
    sockets.push(...(await Promise.all(auths.slice(from, from + atOnce).map((auth) => connect(url, auth)))));
  }
  return sockets;
}

/** One request of ours; a refusal is a fault of the benchmark. */
export function ask<T>(socket: Socket, name: string, id: string, input: object): Promise<T> {
  return new Promise((resolve, reject) => {
    socket.emit(name, { id, input }, (ack: Ack<T>) => {
      if (ack.ok) resolve(ack.value);
      else reject(new Error(`${name}: ${ack.error.message}`));
    });
  });
}

/** Sends something to a bare server, and waits for its acknowledgement. */
export function send(socket: Socket, name: string, said: object): Promise<unknown> {
  return new Promise((resolve) => socket.emit(name, said, resolve));
}
