/**
 * Rooms over uWebSockets.js: a room is a topic, so a push is encoded once and copied by native code.
 *
 * socket.io's own way (`attachApp`) changes the adapter of every server in the process and keeps one
 * app for all; here each server has its own class, so several gateways, of either transport, live side
 * by side in one process.
 */
import type { Server } from 'socket.io';
import { Adapter, type BroadcastOptions, type Room, type SocketId } from 'socket.io-adapter';
import type { TemplatedApp } from 'uWebSockets.js';

import type { GatewaySocket } from './port.js';
import type { UwsSocket } from './uws-socket.js';
import type { Writes } from './writes.js';

type Namespace = ReturnType<Server['of']>;
type AdapterConstructor = Exclude<Parameters<Server['adapter']>[0], undefined>;

/** What engine.io keeps under a connection; it does not declare it. */
export function under(socket: GatewaySocket): UwsSocket {
  return (socket.conn.transport as unknown as { socket: UwsSocket }).socket;
}

/** Before a socket.io packet, in the engine.io protocol: "message". */
const MESSAGE = '4';

/** The adapter of one server. */
export function adapterOf(app: TemplatedApp, writes: Writes): AdapterConstructor {
  return class extends Adapter {
    private socket(id: SocketId): GatewaySocket | undefined {
      return (this.nsp as Namespace).sockets.get(id) as GatewaySocket | undefined;
    }

    override addAll(id: SocketId, rooms: Set<Room>): void {
      void super.addAll(id, rooms);
      const socket = this.socket(id);
      // Every socket is in a room of its own name; nothing is sent to that one.
      if (socket) for (const room of rooms) if (room !== id) under(socket).subscribe(room);
    }

    override del(id: SocketId, room: Room): void {
      void super.del(id, room);
      const socket = this.socket(id);
      if (socket) under(socket).unsubscribe(room);
    }

    override broadcast(packet: { nsp?: string }, options: BroadcastOptions): void {
      const [room] = options.rooms;
      if (room === undefined || options.rooms.size > 1 || options.except?.size) {
        super.broadcast(packet, options);
        return;
      }
      packet.nsp = (this.nsp as Namespace).name;
      // What was sent to a socket before comes before.
      writes.release();
      for (const text of this.encoded(packet)) app.publish(room, MESSAGE + text, false, false);
    }

    /** The server's own encoder (packets.ts); the base class does not declare it. */
    private encoded(packet: object): readonly string[] {
      return (this as unknown as { encoder: { encode(packet: object): string[] } }).encoder.encode(packet);
    }
  };
}
