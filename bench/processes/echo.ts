/**
 * A bare socket.io server, the reference of the socket rows: no log-in, no rules, nothing stored, or what it hears in a
 * file. It echoes, and tells a room. Tuned as the product's is: websockets only, no compression, rooms of uWebSockets.js as topics (`attachApp`).
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Server, type Socket } from 'socket.io';
import type { us_listen_socket } from 'uWebSockets.js';

import { serveTasks } from '../kit/child.js';
import { BareFile } from '../reference/bare-file.js';

const ROOM = 'all';
const OPTIONS = { transports: ['websocket' as const], serveClient: false, perMessageDeflate: false };

/** Where what is echoed is kept first. */
let kept: BareFile | undefined;

function serve(io: Server): void {
  io.on('connection', (socket: Socket) => {
    void socket.join(ROOM);
    socket.on('echo', (said: unknown, acknowledge: (said: unknown) => void) => {
      if (kept === undefined) acknowledge(said);
      else
        void kept.append(`${JSON.stringify(said)}\n`).then(() => {
          acknowledge(said);
        });
    });
    socket.on('say', (said: unknown, acknowledge: (said: unknown) => void) => {
      io.to(ROOM).emit('push', said);
      acknowledge(null);
    });
  });
}

async function listenWs(): Promise<number> {
  const http = createServer();
  serve(new Server(http, OPTIONS));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return (http.address() as AddressInfo).port;
}

async function listenUws(): Promise<number> {
  const { App, us_socket_local_port } = (await import('uWebSockets.js')).default;
  const io = new Server(OPTIONS);
  const app = App();
  io.attachApp(app);
  serve(io);
  const listening = await new Promise<us_listen_socket | false>((resolve) => {
    app.listen('127.0.0.1', 0, resolve);
  });
  if (listening === false) throw new Error('uWebSockets.js cannot listen');
  return us_socket_local_port(listening);
}

const tasks = {
  /** The address of the server. */
  listen: async (transport: 'node' | 'uws'): Promise<string> =>
    `http://127.0.0.1:${await (transport === 'uws' ? listenUws() : listenWs())}`,
  /** From now on what is echoed is on the disk before. */
  keep: async (file: string): Promise<void> => {
    kept = await BareFile.open(file);
  },
  memory: (): number => {
    for (let i = 0; i < 2; i++) global.gc?.();
    return process.memoryUsage().rss;
  },
};

export type EchoTasks = typeof tasks;

serveTasks(tasks);
