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
 * Boundary: it may lose, and says so to all nodes as soon as they can be told; feed.ts makes good for it.
 */
import { Server } from 'socket.io';

import type { Clock } from '../actors/runtime/clock.js';
import { arrived, carry, type Carried, type Committed } from '../actors/runtime/committed.js';
import type { Push } from '../actors/runtime/engine.js';
import type { Json } from '../store/ports.js';
import type { RedisLinks } from './links.js';
import { openRooms, type Rooms } from './rooms.js';

export interface CarrierOptions {
  readonly self: string;
  /** Names the cluster. */
  readonly prefix: string;
  readonly redis: Pick<RedisLinks, 'commands' | 'pushes'>;
  readonly heard: (push: Committed<Push>) => void;
  readonly news: (name: string, news: Json, from: string) => void;
  /** What a node told may not have been heard here. */
  readonly lost: (from: string) => void;
  readonly clock: Pick<Clock, 'after'>;
}

/** A socket.io packet; 2 is an event. */
const EVENT = 2;
const PUSH = 'push';
const NEWS = 'news';
/** News of this name: what the sender told lately may not have been heard. */
const LOST = 'lost';
/** Between two tries to say so, ms. */
const AGAIN_MS = 250;
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
  private readonly rooms: Rooms;
  private saying: (() => void) | undefined;
  private closed = false;

  constructor(private readonly options: CarrierOptions) {
    const { self, prefix, redis, heard, news } = options;
    const lost = (): void => {
      this.sayLost();
    };
    this.rooms = openRooms(redis, { prefix, lost });
    const parser = { Encoder: NoEncoder, Decoder: NoDecoder };
    this.io = new Server({ adapter: this.rooms.adapter, parser });
    const ear = {
      notifyOutgoingListeners({ data: [name, told] }: { data: readonly unknown[] }) {
        if (name === PUSH) heard(arrived(told as Carried<Push>));
      },
      client: { writeToEngine: () => undefined },
    };
    this.io.of('/').sockets.set(self, ear as never);
    this.io.on(NEWS, (from: string, name: string, told: Json) => {
      if (name === LOST) options.lost(from);
      else news(name, told, from);
    });
  }

  /** Told when what others told may have been lost on its way here. */
  onBack(listener: () => void): void {
    this.rooms.onBack(listener);
  }

  /** Resolves when this node hears what others tell on a stream, or cannot now: when it can, {@link onBack} tells. */
  follow(stream: string): Promise<void> {
    void this.io.of('/').adapter.addAll(this.options.self, new Set([stream]));
    return this.rooms.heard();
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

  /** It says nothing any more; it ends with its connections. */
  close(): void {
    this.closed = true;
    this.saying?.();
  }

  /** A try that fails is one more thing that was lost: so it is said until it gets through, whenever that is. */
  private sayLost(): void {
    if (this.closed || this.saying) return;
    this.saying = this.options.clock.after(AGAIN_MS, () => {
      this.saying = undefined;
      this.tellAll(LOST, null);
    });
  }
}
