/**
 * Carries what is told to sockets from node to node, over the socket.io adapter for Redis: pushes to the nodes where
 * somebody follows the stream, and news to all.
 *
 * The adapter is used as it is, under a socket.io server of its own that no client can reach: in place of sockets there
 * is one ear for each node, which is in the rooms of the streams that are followed there. So both transports keep their
 * own rooms, and what comes from elsewhere takes the same way through the hub as what comes from this node's engine.
 *
 *   R2  a push leaves as committed, and arrives as such
 *
 * Boundary: it may lose, and says when it may have; feed.ts makes good for it. It ends with its connections.
 */
import { createAdapter } from '@socket.io/redis-adapter';
import type { Redis } from 'ioredis';
import { Server } from 'socket.io';

import { arrived, carry, type Carried, type Committed } from '../actors/runtime/committed.js';
import type { Push } from '../actors/runtime/engine.js';
import type { Json } from '../store/ports.js';
import type { Listener } from './listener.js';

export interface CarrierOptions {
  readonly self: string;
  /** Names the cluster. */
  readonly prefix: string;
  /** Publishes. */
  readonly commands: Pick<Redis, 'publish'>;
  /** A connection of its own to listen on. */
  readonly listener: Listener;
  readonly heard: (push: Committed<Push>) => void;
  readonly news: (name: string, news: Json, from: string) => void;
}

/** A socket.io packet; 2 is an event. */
const EVENT = 2;
const PUSH = 'push';
const NEWS = 'news';
/** Nothing goes to real sockets, so nothing is encoded for them. */
class NoEncoder {
  encode(): readonly string[] {
    return [];
  }
}
class NoDecoder {
  on(): void {
    // Nothing comes from real sockets.
  }
}

export class Carrier {
  private readonly io: Server;
  private lost = false;

  constructor(private readonly options: CarrierOptions) {
    const { self, prefix, commands, listener, heard, news } = options;
    // The adapter does not hear what becomes of its commands: without these an error would end the process.
    const publisher = {
      publish: (channel: string, text: string | Buffer) => {
        commands.publish(channel, text).catch(() => {
          this.lost = true;
        });
      },
      on: () => undefined,
    };
    const ended = (): undefined => undefined;
    const subscriber = {
      psubscribe: (pattern: string) => void listener.psubscribe(pattern).catch(ended),
      subscribe: (channels: readonly string[]) => void listener.subscribe(channels).catch(ended),
      on: (event: string, hear: (...told: never[]) => void) => {
        listener.on(event, hear);
      },
    };
    const parser = { Encoder: NoEncoder, Decoder: NoDecoder };
    this.io = new Server({ adapter: createAdapter(publisher, subscriber, { key: `${prefix}:io` }), parser });
    const ear = {
      notifyOutgoingListeners({ data: [name, told] }: { data: readonly unknown[] }) {
        if (name === PUSH) heard(arrived(told as Carried<Push>));
      },
      client: { writeToEngine: () => undefined },
    };
    this.io.of('/').sockets.set(self, ear as never);
    this.io.on(NEWS, (from: string, name: string, told: Json) => {
      news(name, told, from);
    });
  }

  /** Something was told that may not have been heard; asked once, it is forgotten. */
  hasLost(): boolean {
    const { lost } = this;
    this.lost = false;
    return lost;
  }

  /** From now on this node hears what others tell on a stream. */
  follow(stream: string): void {
    void this.io.of('/').adapter.addAll(this.options.self, new Set([stream]));
  }

  leave(stream: string): void {
    void this.io.of('/').adapter.del(this.options.self, stream);
  }

  /** Tells the other nodes where somebody follows the push's stream. */
  tell(push: Committed<Push>): void {
    const packet = { type: EVENT, data: [PUSH, carry(push)] };
    const { self } = this.options;
    this.io
      .of('/')
      .adapter.broadcast(packet, { rooms: new Set([push.value.stream]), except: new Set([self]), flags: {} });
  }

  /** Tells all other nodes. */
  tellAll(name: string, news: Json): void {
    this.io.serverSideEmit(NEWS, this.options.self, name, news);
  }
}
