/**
 * One person's or one device's connection to the server, as traffic uses it: asks again while the server says that
 * nothing was decided, counts refusals, and follows streams.
 */
import { nanoid } from 'nanoid';
import { connect, NoAnswer, RequestRefused, type Auth, type Client } from '../../client/index.js';
import type { AskOptions, Following, Pushed, Refusal, RequestName, Requests } from '../../client/index.js';

export { RequestRefused as Refused } from '../../client/index.js';

/** Codes that say: nothing was decided, ask again with the same id. */
const AGAIN = new Set(['overloaded', 'too_many_requests', 'too_late', 'unavailable', 'stopping', 'no_answer']);
const TRIES = 12;
/** ms after which an answer is taken as lost. */
const ANSWER_WITHIN = 15_000;
/** The first pause, ms, where the server names none; it doubles. */
const PAUSE = 50;

/** A stream that is followed; `fail` ends the waiting for it to be live, if it is not yet. */
interface Followed {
  readonly following: Following;
  readonly fail: (why: Refusal) => void;
}

/** A live connection; it comes back by itself. */
export class Line {
  private readonly streams = new Map<string, Followed>();

  private constructor(
    private readonly client: Client,
    /** Hears the code of each refusal, also of those that are asked again. */
    private readonly onRefused: (code: string) => void,
  ) {}

  /** Connects; rejects with {@link RequestRefused} when the server does not let it in. */
  static async open(
    url: string,
    auth: Auth | (() => Promise<Auth>),
    onRefused: (code: string) => void = () => undefined,
  ): Promise<Line> {
    const client = connect(url, { auth });
    try {
      await connected(client, url);
    } catch (error) {
      client.close();
      throw error;
    }
    return new Line(client, onRefused);
  }

  /** Asks, and asks again with the same id while nothing was decided. Throws {@link RequestRefused}. */
  async ask<N extends RequestName>(
    name: N,
    input: Requests[N]['input'],
    { id = nanoid(), withinMs = ANSWER_WITHIN }: AskOptions = {},
  ): Promise<Requests[N]['output']> {
    for (let tries = 1; ; tries++) {
      if (this.closed) throw new RequestRefused({ code: 'no_answer', message: `${name}: closed` });
      try {
        return await this.client.ask(name, input, { id, withinMs });
      } catch (error) {
        const refused = refusalOf(error);
        this.onRefused(refused.code);
        if (!AGAIN.has(refused.code) || tries === TRIES) throw refused;
        const pause = refused.retryAfterMs ?? PAUSE * 2 ** tries;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  /**
   * Hears a stream's pushes from now on, each once and in order, until `leave`; each stream once. Resolves when it is
   * live; rejects when the server refuses, or the line is closed before.
   */
  follow(stream: string, onPush: (push: Pushed) => void): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const fail = (why: Refusal): void => {
        this.streams.delete(stream);
        reject(new RequestRefused(why));
      };
      const onLive = (): void => {
        resolve();
      };
      this.streams.set(stream, { following: this.client.follow(stream, { onPush, onLive, onEnd: fail }), fail });
      if (this.closed) this.leave(stream);
    });
  }

  /** Hears a stream no more: a socket may follow a bounded number. */
  leave(stream: string): void {
    const followed = this.streams.get(stream);
    followed?.following.stop();
    followed?.fail({ code: 'no_answer', message: `${stream}: followed no more` });
  }

  /** Goes away without a word until `dial`, as a car in a tunnel does. */
  hangUp(): void {
    const { io } = this.client.socket;
    io.reconnection(false);
    io.engine.close();
  }

  /** Comes back. */
  dial(): void {
    if (this.closed) return;
    this.client.socket.io.reconnection(true);
    this.client.socket.connect();
  }

  close(): void {
    for (const stream of [...this.streams.keys()]) this.leave(stream);
    this.client.close();
  }

  private get closed(): boolean {
    return this.client.line.state === 'closed';
  }
}

function connected(client: Client, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = client.onLine((line) => {
      if (line.state === 'connected') resolve();
      else if (line.state === 'refused')
        reject(new RequestRefused(line.why ?? { code: 'not_connected', message: `${url}: ${line.message}` }));
      else return;
      stop();
    });
  });
}

function refusalOf(error: unknown): RequestRefused {
  if (error instanceof RequestRefused) return error;
  if (error instanceof NoAnswer) return new RequestRefused({ code: 'no_answer', message: error.message });
  throw error;
}
