/**
 * One stream that is followed, over all reconnects: delivers each push once and in order.
 *
 *   A push at or before the last one is a repeat. One whose `prev` is behind the last one tells of a
 *   gap; so does a head beyond it. Then, and after each reconnect, what is missing is asked for.
 */
import type { Socket } from 'socket.io-client';

import type { Acknowledged, Pushed, Refusal } from './types.js';

export interface FollowOptions {
  /** The seq of the last push that is known, e.g. a snapshot's head; absent: only what is told from now on. */
  readonly after?: number;
  /** The store that told `after`, where it was kept from an earlier run: {@link Following.store}. */
  readonly store?: string;
  readonly onPush: (push: Pushed) => void;
  /** Too much was missed, or the store was restored since: take a snapshot; pushes after `head` follow. */
  readonly onLagged?: (head: number) => void;
  /** Told each time the stream is live, with its head. */
  readonly onLive?: (head: number) => void;
  /** The stream is followed no more: who may follow has changed, or the server refused. */
  readonly onEnd?: (why: Refusal) => void;
}

interface Followed {
  readonly store: string;
  readonly head: number;
  readonly missed: readonly Pushed[];
  readonly lagged: boolean;
}

/** Asked again after this when the server has no time, ms. */
const PAUSE_MS = 1_000;
const LATER = new Set(['overloaded', 'unavailable', 'stopping', 'too_many_requests', 'too_late']);

export class Following {
  private last: number | undefined;
  private heardOf: string | undefined;
  /** What was delivered of the entry `last`: one entry may tell several things on one stream. */
  private told: readonly Pushed[] = [];
  private live = false;
  private ended = false;
  /** Counts what was asked, so that an answer of an earlier connection is told apart. */
  private asked = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly socket: Socket,
    readonly stream: string,
    private readonly options: FollowOptions,
    private readonly onStopped: () => void,
  ) {
    this.last = options.after;
    this.heardOf = options.store;
    if (socket.connected) this.catchUp();
  }

  /** The seq of the last push that was delivered. */
  get seq(): number | undefined {
    return this.last;
  }

  /** The store that told that seq: seqs of a store that was restored from a backup are others. */
  get store(): string | undefined {
    return this.heardOf;
  }

  /** Asks for what came after the last push, and follows from there. */
  catchUp(): void {
    if (this.ended) return;
    clearTimeout(this.timer);
    this.live = false;
    const asked = ++this.asked;
    const { stream, last: after, heardOf: store } = this;
    const input = { stream, ...(after !== undefined && { after }), ...(store !== undefined && { store }) };
    this.socket.emit('stream.follow', { input }, (ack: Acknowledged) => {
      if (asked !== this.asked || this.ended) return;
      if (ack.ok) this.caughtUp(ack.value as unknown as Followed);
      else this.refused(ack.error);
    });
  }

  onPush(push: Pushed): void {
    if (!this.live || this.last === undefined || this.knows(push)) return;
    if (push.prev > this.last) this.catchUp();
    else this.deliver(push);
  }

  onHead(seq: number): void {
    if (this.live && this.last !== undefined && seq > this.last) this.catchUp();
  }

  onEnded(why: Refusal): void {
    if (this.ended) return;
    this.end();
    this.options.onEnd?.(why);
  }

  stop(): void {
    if (this.ended) return;
    this.end();
    if (this.socket.connected) this.socket.emit('stream.leave', { input: { stream: this.stream } });
  }

  private end(): void {
    this.ended = true;
    clearTimeout(this.timer);
    this.onStopped();
  }

  private caughtUp({ store, head, missed, lagged }: Followed): void {
    this.live = true;
    if (this.heardOf !== undefined && this.heardOf !== store) this.last = undefined;
    this.heardOf = store;
    if (lagged) this.options.onLagged?.(head);
    else for (const push of missed) if (!this.knows(push)) this.deliver(push);
    if (head > (this.last ?? 0)) this.told = [];
    this.last = Math.max(head, this.last ?? 0);
    this.options.onLive?.(head);
  }

  private refused(error: Refusal): void {
    if (!LATER.has(error.code)) {
      this.onEnded(error);
      return;
    }
    this.timer = setTimeout(() => {
      this.catchUp();
    }, error.retryAfterMs ?? PAUSE_MS);
  }

  private knows(push: Pushed): boolean {
    if (this.last === undefined || push.seq > this.last) return false;
    if (push.seq < this.last || this.told.length === 0) return true;
    return this.told.some(({ name, data }) => name === push.name && JSON.stringify(data) === JSON.stringify(push.data));
  }

  private deliver(push: Pushed): void {
    this.told = push.seq === this.last ? [...this.told, push] : [push];
    this.last = push.seq;
    this.options.onPush(push);
  }
}
