/**
 * The pushes of all nodes for the gateway of this one: those of its own actors as they are stored, those of others as
 * they come. What was lost on the way is noticed, and read from the journal.
 *
 *   ENGINE 20  a push says the seq of the one before it, so a gap is seen; a lost last one is seen by asking again
 *              whenever something may have been lost: a line that broke, an owner that changed
 *   R8         few streams are caught up with at a time
 *
 * A push reaches a follower twice at worst, never out of order.
 */
import type { Clock } from '../actors/runtime/clock.js';
import { arrived, carry, derive, type Carried, type Committed } from '../actors/runtime/committed.js';
import type { Engine, Missed, Push, Unstored } from '../actors/runtime/engine.js';
import { Gate } from '../actors/runtime/loading.js';
import { splitStream } from '../actors/runtime/streams.js';
import type { Json } from '../store/ports.js';
import type { Carrier } from './carrier.js';
import type { View } from './view.js';

/** Streams that are caught up with at a time. */
const AT_ONCE = 32;
/**
 * It is waited for this long that others' pushes on a stream are heard, ms; if they are later, it is caught up with.
 */
const HEARD_WITHIN_MS = 1_000;
/** A stream that cannot be caught up with now is tried again after this, ms. */
const AGAIN_MS = 500;
/** News of this name are pushes that every node must hear. */
const PUSH_TO_ALL = 'push';

export interface FeedOptions {
  readonly engine: Engine;
  readonly carrier: Pick<Carrier, 'follow' | 'leave' | 'tell' | 'tellAll'>;
  readonly self: string;
  readonly view: () => View;
  readonly clock: Pick<Clock, 'after'>;
  /** Names of pushes that every node must hear, whether anybody follows there or not. */
  readonly everywhere: ReadonlySet<string>;
}

/** A stream that somebody follows on this node. */
interface Followed {
  /** Others' pushes are heard; or it was waited for long enough. */
  readonly hears: Promise<void>;
  /** The seq of the last push that was told here; undefined until its head is known. */
  last: number | undefined;
  /** It is being caught up with; `again`: and once more after that, or when its head is known. */
  catching: boolean;
  again: boolean;
}

export class Feed {
  private readonly followed = new Map<string, Followed>();
  private readonly listeners = new Set<(push: Committed<Push>) => void>();
  private readonly gate = new Gate(AT_ONCE);
  private lagged: (stream: string, head: number) => void = () => undefined;
  private closed = false;

  constructor(private readonly options: FeedOptions) {
    options.engine.onPush((push) => {
      this.own(push);
    });
  }

  /** The engine as the gateway sees it: with the pushes of all nodes. */
  get engine(): Engine {
    const { engine } = this.options;
    return {
      ask: (ask) => engine.ask(ask),
      read: (...question) => engine.read(...question),
      deadLetters: () => engine.deadLetters(),
      retryDeadLetter: (id) => engine.retryDeadLetter(id),
      stop: () => engine.stop(),
      onPush: (listener) => {
        this.listeners.add(listener);
        return () => {
          this.listeners.delete(listener);
        };
      },
      missed: (stream, after) => this.missed(stream, after),
    };
  }

  /** Told when a stream moved on further than can be told again: its followers must ask. */
  onLagged(lagged: (stream: string, head: number) => void): void {
    this.lagged = lagged;
  }

  /** Nobody on this node follows a stream any more. */
  leave(stream: string): void {
    this.followed.delete(stream);
    this.options.carrier.leave(stream);
  }

  /** A push of another node's actor. */
  heard(push: Committed<Push>): void {
    const { stream, seq, prev } = push.value;
    const one = this.followed.get(stream);
    if (!one) return;
    if (one.catching) one.again = true;
    else if (one.last !== undefined && prev > one.last) this.catchUp(stream, one);
    else this.deliver(push, one, seq);
  }

  /** News of another node. */
  heardNews(name: string, news: Json): void {
    if (name !== PUSH_TO_ALL) return;
    const push = arrived(news as unknown as Carried<Push>);
    if (this.followed.has(push.value.stream)) this.heard(push);
    else this.tell(push);
  }

  /** The owners of some streams have changed: what the former ones told may have been lost. */
  viewChanged(view: View, before: View): void {
    this.catchUpWhere((owner, stream) => owner !== ownerIn(before, stream), view);
  }

  /**
   * What other nodes told, or one of them, may have been lost. That may be of actors, too, that this node serves: views
   * disagree for a while, and two nodes hold themselves for an actor's owner.
   */
  mayHaveLost(from?: string): void {
    const { self, view } = this.options;
    this.catchUpWhere((owner) => from === undefined || owner === from || owner === self, view());
  }

  close(): void {
    this.closed = true;
  }

  private own(push: Committed<Push>): void {
    const { carrier, everywhere } = this.options;
    const { stream, name, seq } = push.value;
    if (everywhere.has(name)) carrier.tellAll(PUSH_TO_ALL, carry(push) as unknown as Json);
    else carrier.tell(push);
    const one = this.followed.get(stream);
    if (one) this.deliver(push, one, seq);
    else this.tell(push);
  }

  private deliver(push: Committed<Push>, one: Followed, seq: number): void {
    // One entry may tell several things on one stream: of the same seq all are passed on.
    if (one.last !== undefined && seq < one.last) return;
    one.last = seq;
    this.tell(push);
  }

  private tell(push: Committed<Push>): void {
    for (const listener of this.listeners) listener(push);
  }

  private async missed(stream: string, after: number): Promise<Committed<Missed> | Unstored> {
    const one = this.followed.get(stream) ?? this.follow(stream);
    // First heard, then read: what is told between the two would be lost without a sign.
    await one.hears;
    const missed = await this.options.engine.missed(stream, after);
    if (!('unstored' in missed)) this.headIs(stream, one, missed.value.head);
    return missed;
  }

  private headIs(stream: string, one: Followed, head: number): void {
    one.last = Math.max(one.last ?? 0, head);
    if (!one.again || one.catching) return;
    // Something may have been lost while the head was read.
    one.again = false;
    this.catchUp(stream, one);
  }

  private follow(stream: string): Followed {
    const late = (): void => {
      this.catchUp(stream, one);
    };
    const one: Followed = { hears: this.hear(stream, late), last: undefined, catching: false, again: false };
    this.followed.set(stream, one);
    return one;
  }

  /** Resolves when others' pushes on a stream are heard, or are to be caught up with: that is said when they are. */
  private hear(stream: string, late: () => void): Promise<void> {
    const { carrier, clock } = this.options;
    return new Promise((resolve) => {
      let waiting = true;
      const disarm = clock.after(HEARD_WITHIN_MS, () => {
        waiting = false;
        resolve();
      });
      void carrier.follow(stream).then(() => {
        disarm();
        if (!waiting) late();
        resolve();
      });
    });
  }

  private catchUpWhere(lost: (owner: string | undefined, stream: string) => boolean, view: View): void {
    for (const [stream, one] of this.followed) if (lost(ownerIn(view, stream), stream)) this.catchUp(stream, one);
  }

  private catchUp(stream: string, one: Followed): void {
    if (one.catching || one.last === undefined) {
      one.again = true;
      return;
    }
    one.catching = true;
    this.gate.enter(async () => {
      const done = await this.catchUpNow(stream, one).catch(() => false);
      one.catching = false;
      if (this.closed || this.followed.get(stream) !== one || (done && !one.again)) return;
      one.again = false;
      if (done) this.catchUp(stream, one);
      else
        this.options.clock.after(AGAIN_MS, () => {
          this.catchUp(stream, one);
        });
    });
  }

  /** Tells what the journal has behind the last push; false where it cannot be read now. */
  private async catchUpNow(stream: string, one: Followed): Promise<boolean> {
    if (this.closed || one.last === undefined) return true;
    const missed = await this.options.engine.missed(stream, one.last);
    if ('unstored' in missed) return false;
    const { pushes, lagged, head } = missed.value;
    if (lagged) this.lagged(stream, head);
    for (const push of pushes) if (push.seq > one.last) this.tell(derive(missed, () => push));
    one.last = Math.max(one.last, head);
    return true;
  }
}

function ownerIn(view: View, stream: string): string | undefined {
  const parts = splitStream(stream);
  return parts && view.ownerOf(parts.actor);
}
