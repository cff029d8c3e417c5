/**
 * The line to the other nodes: requests go out and replies come back over their channels, all frames of a tick for one
 * node in one message. It may lose, and says so as far as it knows: whoever asks again uses the same id (R4).
 *
 *   R8   requests under way and bytes that Redis has not taken yet are bounded; beyond them: `overloaded`
 *
 * Boundary: does not know who serves what, and tries nothing twice.
 */
import type { Clock } from '../actors/runtime/clock.js';
import type { Unstored } from '../actors/runtime/engine.js';
import { unstored } from '../actors/runtime/problems.js';
import { message, readMessage, replyFrame, requestFrame } from './wire.js';
import type { Reply, Request, SentReply } from './wire.js';

export interface LineLimits {
  /** Requests of this node that wait for a reply of others. */
  readonly inFlight: number;
  /** Characters that were given to Redis and not taken yet. */
  readonly untaken: number;
  /** A reply is waited for no longer than this, ms. */
  readonly silenceMs: number;
}

export interface LineOptions {
  readonly self: string;
  readonly clock: Clock;
  readonly limits: LineLimits;
  /** Sends to a node's channel; says how many connections got it. Rejects while Redis is away. */
  readonly publish: (node: string, text: string) => Promise<number>;
  /** Does here what another node asks for. */
  readonly serve: (request: Request) => Promise<Reply>;
  /** Nobody listens on a node's channel. */
  readonly deaf: (node: string) => void;
  /** A message could not be read. */
  readonly failed: (error: unknown) => void;
}

/** A message holds no more characters than this, unless a single frame is longer. */
const LONGEST_MESSAGE = 256 * 1024;
/** How often it is looked who has waited too long, ms. */
const SWEEP_MS = 250;
/** Replies that cannot be sent are tried again this often: for about two seconds. */
const MOST_FAILURES = 8;
/** When to ask again, ms. */
const BUSY_MS = 100;
const AWAY_MS = 500;

interface Waiting {
  readonly node: string;
  readonly until: number;
  readonly resolve: (reply: SentReply) => void;
}

/** Frames for one node: its requests by their numbers, and the replies among them. */
interface Batch {
  readonly frames: string[];
  readonly requests: number[];
  readonly replies: string[];
  size: number;
  /** How often it could not be sent. */
  readonly failures: number;
}

export class Line {
  private readonly waiting = new Map<number, Waiting>();
  private readonly batches = new Map<string, Batch>();
  private last = 0;
  private untaken = 0;
  private sweeping = false;
  private closed = false;

  constructor(private readonly options: LineOptions) {}

  /** Requests that wait for a reply. */
  get inFlight(): number {
    return this.waiting.size;
  }

  /** Asks another node; resolves with its reply, or with why there is none. */
  request(node: string, request: Request, withinMs = Infinity): Promise<SentReply> {
    const { clock, limits } = this.options;
    if (this.closed) return Promise.resolve(unstored('stopping', 'the node is being stopped'));
    if (this.waiting.size >= limits.inFlight || this.untaken >= limits.untaken) {
      const text = `${this.waiting.size} requests to other nodes are under way`;
      return Promise.resolve(unstored('overloaded', text, { retryAfterMs: BUSY_MS }));
    }
    return new Promise((resolve) => {
      const n = ++this.last;
      this.waiting.set(n, { node, until: clock.now() + Math.min(withinMs, limits.silenceMs), resolve });
      this.add(node, requestFrame(n, request), n);
      this.sweepLater();
    });
  }

  /** A message has come on this node's channel. */
  heard(text: string): void {
    try {
      const { from, frames } = readMessage(text);
      for (const frame of frames) {
        if ('request' in frame) this.serve(from, frame.n, frame.request);
        else this.settle(frame.n, frame.reply);
      }
    } catch (error) {
      this.options.failed(error);
    }
  }

  /** These nodes, or all, answer no more: who waits for them is told to ask again. */
  cut(gone: (node: string) => boolean): void {
    for (const [n, { node }] of this.waiting) if (gone(node)) this.settle(n, unreachable(node));
  }

  close(): void {
    this.closed = true;
    this.cut(() => true);
  }

  private serve(from: string, n: number, request: Request): void {
    this.options.serve(request).then((reply) => {
      this.add(from, replyFrame(n, reply));
    }, this.options.failed);
  }

  private settle(n: number, reply: SentReply): void {
    const one = this.waiting.get(n);
    this.waiting.delete(n);
    one?.resolve(reply);
  }

  private add(node: string, frame: string, request?: number): void {
    const { batches } = this;
    let batch = batches.get(node);
    if (batch && batch.size + frame.length > LONGEST_MESSAGE) {
      this.send(node, batch);
      batch = undefined;
    }
    if (!batch) {
      if (batches.size === 0)
        this.options.clock.soon(() => {
          this.sendAll();
        });
      batch = { frames: [], requests: [], replies: [], size: 0, failures: 0 };
      batches.set(node, batch);
    }
    batch.frames.push(frame);
    batch.size += frame.length;
    if (request === undefined) batch.replies.push(frame);
    else batch.requests.push(request);
  }

  private sendAll(): void {
    const all = [...this.batches];
    this.batches.clear();
    for (const [node, batch] of all) this.send(node, batch);
  }

  private send(node: string, { frames, requests, replies, size, failures }: Batch): void {
    const fail = (): void => {
      for (const n of requests) this.settle(n, unreachable(node));
    };
    const failed = (): void => {
      fail();
      // Requests are tried again by those who make them; for a reply they would wait in vain.
      if (replies.length === 0 || failures >= MOST_FAILURES || this.closed) return;
      const again = { frames: replies, requests: [], replies, size, failures: failures + 1 };
      this.options.clock.after(SWEEP_MS, () => {
        this.send(node, again);
      });
    };
    this.untaken += size;
    this.options
      .publish(node, message(this.options.self, frames))
      .then((listeners) => {
        if (listeners > 0) return;
        fail();
        this.options.deaf(node);
      }, failed)
      .finally(() => {
        this.untaken -= size;
      });
  }

  private sweepLater(): void {
    if (this.sweeping) return;
    this.sweeping = true;
    this.options.clock.after(SWEEP_MS, () => {
      this.sweeping = false;
      const now = this.options.clock.now();
      for (const [n, { node, until }] of this.waiting) if (now >= until) this.settle(n, silent(node));
      if (this.waiting.size > 0) this.sweepLater();
    });
  }
}

/** Why another node's actor cannot be asked now; it may be tried again. */
export function unreachable(node: string): Unstored {
  return unstored('unavailable', `node ${node} cannot be reached`, { retryAfterMs: AWAY_MS });
}

function silent(node: string): Unstored {
  return unstored('unavailable', `node ${node} does not answer`, { retryAfterMs: AWAY_MS });
}
