/**
 * Brings pushes to those who follow them. A stream is a room: a push is encoded once, however many
 * sockets hear it. What a follower missed and what is live meet without a gap and without a double.
 *
 * Boundary: decides nothing about who may follow (follow.ts asks the declaration), and reads what was
 * missed from the engine alone.
 *
 * Invariants
 *   R2       only a committed push is sent
 *   ENGINE 20  seq and prev go with each push; the head is told now and then, so a lost last one is noticed
 *   R8       what is kept while a follower catches up is bounded
 */
import type { Clock } from '../../actors/runtime/clock.js';
import { derive, type Committed, type Volatile } from '../../actors/runtime/committed.js';
import type { Engine, Missed, Push } from '../../actors/runtime/engine.js';
import type { Json, Refusal } from '../../store/ports.js';
import type { Connection } from '../connection.js';
import type { StreamDeclaration, StreamTable } from '../contract/streams/declare.js';
import type { Io } from '../transport/port.js';
import { Coalescer } from './coalesce.js';

/** A push as it is sent. */
export type ToldPush = { readonly [K in keyof Push]: Push[K] };

/** What a new follower hears first. */
export type Followed = {
  /** The life of the store that all seqs here are of: a restored store has another id, and seqs of its own. */
  readonly store: string;
  /** The seq of the last push of the stream, those in `missed` included; 0 for none. */
  readonly head: number;
  readonly missed: readonly ToldPush[];
  /**
   * Too much was missed, or it was missed in another life of the store: take a snapshot; what is told is after `head`.
   */
  readonly lagged: boolean;
};

/**
 * Where a follower stands: the last seq that it has, and the store that told it; absent: only what is told from now on.
 */
export interface Stand {
  readonly after?: number;
  readonly store?: string;
}

/** What one follower that is catching up has not heard yet. */
interface CatchingUp {
  readonly connection: Connection;
  readonly later: Committed<Push>[];
  /** It does not want to follow any more. */
  left: boolean;
}

/** Pushes that may be kept for one follower while it catches up; beyond them it lagged. */
const MOST_LATER = 1_000;
/** Asked for what came after this, the engine tells the head alone. */
const NOTHING = Number.MAX_SAFE_INTEGER;

export interface HubOptions {
  /** Id of the store. */
  readonly store: string;
  readonly engine: Pick<Engine, 'onPush' | 'missed'>;
  readonly io: Io;
  readonly streams: StreamTable;
  readonly clock: Clock;
  readonly headEveryMs: number;
  /** Told when nobody follows a stream here any more. */
  readonly left?: (stream: string) => void;
}

export class Hub {
  /** By stream: the last seq that was sent, and the last that was told as head. */
  private readonly heads = new Map<string, { seq: number; told: number }>();
  private readonly catchingUp = new Map<string, Set<CatchingUp>>();
  private readonly coalescer: Coalescer;
  private readonly stopListening: () => void;
  private cancelHeads: () => void;

  constructor(private readonly options: HubOptions) {
    this.coalescer = new Coalescer(options.clock, (push) => {
      this.send(push);
    });
    this.stopListening = options.engine.onPush((push) => {
      this.onPush(push);
    });
    this.cancelHeads = options.clock.after(options.headEveryMs, () => {
      this.tellHeads();
    });
    options.io.of('/').adapter.on('delete-room', (room: string) => {
      this.heads.delete(room);
      this.coalescer.drop(room);
      this.leftBehind(room);
    });
  }

  /** Streams that somebody follows. */
  get followed(): number {
    return this.heads.size;
  }

  /**
   * Lets a socket follow. `answer` is called before anything live is sent, in the same turn of the
   * event loop in which the socket joins, so nothing can come between.
   */
  async follow(
    connection: Connection,
    stream: string,
    { after, store: heardOf }: Stand,
    answer: (followed: Committed<Followed> | Refusal) => void,
  ): Promise<void> {
    // A follower that saw a gap asks again: what it has not heard comes with the answer, in order.
    void connection.socket.leave(stream);
    const waiting: CatchingUp = { connection, later: [], left: false };
    this.startCatchingUp(stream, waiting);
    const { engine, store } = this.options;
    // Seqs of a store that was restored since mean nothing here: what they stood for may have been lost, or other
    // things.
    const elsewhere = after !== undefined && heardOf !== undefined && heardOf !== store;
    try {
      const missed = await engine.missed(stream, elsewhere ? NOTHING : (after ?? NOTHING));
      if ('unstored' in missed) {
        answer(missed.unstored);
        return;
      }
      // Those who follow already hear what is gathered before the new one joins; it has it from the journal.
      this.coalescer.flush(stream);
      const followed = derive(missed, (known) => ({ store, ...caughtUp(known, waiting.later, elsewhere) }));
      answer(followed);
      const last = followed.value.head;
      if (waiting.left || !connection.socket.connected) return;
      void connection.socket.join(stream);
      if (!this.heads.has(stream)) this.heads.set(stream, { seq: last, told: last });
    } finally {
      this.stopCatchingUp(stream, waiting);
      this.leftBehind(stream);
    }
  }

  /** Lets a socket follow no more, also where it is catching up only. */
  leave(connection: Connection, stream: string): void {
    for (const waiting of this.catchingUp.get(stream) ?? []) if (waiting.connection === connection) waiting.left = true;
    void connection.socket.leave(stream);
  }

  /** Tells something volatile to a room of sockets; those that cannot take it now miss it. */
  tell(room: string, name: string, event: Volatile<Json>): void {
    this.options.io.to(room).volatile.emit('volatile', { name, data: event.value });
  }

  /** More was pushed to a stream than can be told again: its followers see by its head that they must ask. */
  tellHead(stream: string, seq: number): void {
    const head = this.heads.get(stream);
    if (!head || seq <= head.seq) return;
    head.seq = head.told = seq;
    this.options.io.to(stream).emit('head', { stream, seq });
  }

  close(): void {
    this.stopListening();
    this.cancelHeads();
    this.coalescer.close();
  }

  private onPush(push: Committed<Push>): void {
    const { stream } = push.value;
    const waiting = this.catchingUp.get(stream);
    if (waiting) for (const one of waiting) if (one.later.length < MOST_LATER) one.later.push(push);
    if (!this.heads.has(stream)) return;
    const declaration = this.options.streams.find(stream)?.declaration;
    if (declaration?.coalesce) this.coalescer.add(push, declaration.coalesce);
    else this.send(push, declaration);
  }

  private send(push: Committed<Push>, declaration?: StreamDeclaration): void {
    const { stream, seq, name } = push.value;
    const head = this.heads.get(stream);
    if (head) head.seq = seq;
    this.options.io.to(stream).emit('push', push.value);
    if (declaration?.endsOn === name) this.end(stream, name);
  }

  /** Sends all followers away. One by one: a socket that leaves a room at once may miss what it was just told there. */
  private end(stream: string, reason: string): void {
    const { sockets, adapter } = this.options.io.of('/');
    for (const id of [...(adapter.rooms.get(stream) ?? [])]) {
      const socket = sockets.get(id);
      socket?.emit('ended', { stream, reason });
      void socket?.leave(stream);
    }
  }

  private tellHeads(): void {
    for (const [stream, head] of this.heads) {
      if (head.told === head.seq) continue;
      head.told = head.seq;
      this.options.io.to(stream).emit('head', { stream, seq: head.seq });
    }
    this.cancelHeads = this.options.clock.after(this.options.headEveryMs, () => {
      this.tellHeads();
    });
  }

  private leftBehind(stream: string): void {
    if (!this.heads.has(stream) && !this.catchingUp.has(stream)) this.options.left?.(stream);
  }

  private startCatchingUp(stream: string, waiting: CatchingUp): void {
    const others = this.catchingUp.get(stream);
    if (others) others.add(waiting);
    else this.catchingUp.set(stream, new Set([waiting]));
  }

  private stopCatchingUp(stream: string, waiting: CatchingUp): void {
    const others = this.catchingUp.get(stream);
    others?.delete(waiting);
    if (others?.size === 0) this.catchingUp.delete(stream);
  }
}

function caughtUp(
  { pushes, head, lagged }: Missed,
  waiting: readonly Committed<Push>[],
  elsewhere: boolean,
): Omit<Followed, 'store'> {
  const later = waiting.map((push) => push.value).filter((push) => push.seq > head);
  const tooMuch = elsewhere || lagged || waiting.length >= MOST_LATER;
  return { head: later.at(-1)?.seq ?? head, missed: tooMuch ? [] : [...pushes, ...later], lagged: tooMuch };
}
