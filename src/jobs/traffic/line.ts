/**
 * One person's or one device's connection to the server: requests with answers, streams with pushes.
 * A command keeps its id over its retries, so it takes effect at most once (R4).
 */
import { io, type Socket } from 'socket.io-client';
import { nanoid } from 'nanoid';

/** How the server knows who connects. */
export type Credentials = { readonly token: string } | { readonly device: string; readonly key: string } | object;

/** The server's refusal of a request. */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(
    readonly code: string,
    message: string,
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}

/** A push of a stream. */
export interface StreamPush {
  readonly stream: string;
  readonly seq: number;
  readonly prev: number;
  readonly name: string;
  readonly data: unknown;
}

type Ack =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: { code: string; message: string; retryAfterMs?: number } };

interface Followed {
  readonly head: number;
  readonly missed?: readonly StreamPush[];
  readonly lagged: boolean;
}

/** Codes that say: nothing was decided, ask again with the same id. */
const AGAIN = new Set(['overloaded', 'too_many_requests', 'too_late', 'unavailable', 'stopping']);
const TRIES = 12;
/** ms after which an answer is taken as lost. */
const ANSWER_WITHIN = 15_000;

/** A live connection. It comes back by itself, and then asks for the pushes that it missed. */
export class Line {
  private readonly streams = new Map<string, { after: number; readonly listener: (push: StreamPush) => void }>();

  private constructor(
    private readonly socket: Socket,
    /** Hears the code of each refusal, also of those that are retried. */
    private readonly onRefused: (code: string) => void,
  ) {
    socket.on('push', (push: StreamPush) => {
      this.hear(push);
    });
    socket.on('connect', () => {
      for (const stream of this.streams.keys()) this.resume(stream).catch(() => undefined);
    });
  }

  /** Connects; rejects with {@link Refused} when the server does not let it in. */
  static async open(
    url: string,
    credentials: Credentials,
    onRefused: (code: string) => void = () => undefined,
  ): Promise<Line> {
    const socket = io(url, { transports: ['websocket'], auth: credentials, forceNew: true, autoConnect: false });
    const line = new Line(socket, onRefused);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', (error: Error & { data?: { code?: string } }) => {
        socket.close();
        reject(new Refused(error.data?.code ?? 'not_connected', `${url}: ${error.message}`));
      });
      socket.connect();
    });
    return line;
  }

  /** Asks, and asks again with the same id while the server says that nothing was decided. */
  async ask<T>(name: string, input: object, id: string = nanoid()): Promise<T> {
    for (let tries = 1; ; tries++) {
      const ack = await this.emit(name, { id, input });
      if (ack.ok) return ack.value as T;
      const { code, message, retryAfterMs } = ack.error;
      this.onRefused(code);
      if (!AGAIN.has(code) || tries === TRIES) throw new Refused(code, `${name}: ${message}`, retryAfterMs);
      const pause = retryAfterMs ?? 50 * 2 ** tries;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  /** Hears a stream's pushes from now on, each once and in order. */
  async follow(stream: string, listener: (push: StreamPush) => void): Promise<void> {
    this.streams.set(stream, { after: -1, listener });
    await this.resume(stream);
  }

  async leave(stream: string): Promise<void> {
    this.streams.delete(stream);
    await this.emit('stream.leave', { input: { stream } });
  }

  /** Goes away for a while, as a car in a tunnel does. */
  hangUp(): void {
    this.socket.disconnect();
  }

  /** Comes back. */
  dial(): void {
    this.socket.connect();
  }

  close(): void {
    this.socket.close();
  }

  private async resume(stream: string): Promise<void> {
    const followed = this.streams.get(stream);
    if (!followed) return;
    const after = followed.after === -1 ? {} : { after: followed.after };
    const ack = await this.emit('stream.follow', { input: { stream, ...after } });
    if (!ack.ok) throw new Refused(ack.error.code, `${stream}: ${ack.error.message}`);
    const { head, missed, lagged } = ack.value as Followed;
    for (const push of missed ?? []) this.hear(push);
    if (lagged || followed.after === -1) followed.after = head;
  }

  private hear(push: StreamPush): void {
    const followed = this.streams.get(push.stream);
    if (!followed || push.seq <= followed.after) return;
    followed.after = push.seq;
    followed.listener(push);
  }

  private async emit(name: string, packet: object): Promise<Ack> {
    try {
      return (await this.socket.timeout(ANSWER_WITHIN).emitWithAck(name, packet)) as Ack;
    } catch {
      return { ok: false, error: { code: 'unavailable', message: 'no answer came' } };
    }
  }
}
