/**
 * The socket: asks and hears, and comes back for ever. It knows nothing of what it carries; what is
 * shown after it came back is the work of sync.ts.
 */
import { io, type Socket } from 'socket.io-client';
import type { Car, Push } from './protocol.js';

/** How long an answer may take. */
const ANSWER = 10_000;
/** How soon, and at the longest how late, a new attempt follows; socket.io doubles and jitters between. */
const [SOON, LATEST] = [1_000, 30_000];

type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Refused };
type Refused = { readonly code: string; readonly message: string; readonly retryAfterMs?: number };

interface Heard {
  push: (push: Push) => void;
  volatile: (told: { name: 'cars'; data: { cars: readonly Car[] } }) => void;
}
type Asked = Record<string, (request: { input: object }, answer: (answer: Answer<unknown>) => void) => void>;

export interface LinkListener {
  connected(): void;
  lost(): void;
  /** The server does not let this screen in. */
  refused(): void;
  push(push: Push): void;
  cars(cars: readonly Car[]): void;
  /** Any message at all. */
  heard(): void;
}

const FORBIDDEN = new Set(['not_logged_in', 'not_allowed']);

/** An answer that says no, by its code. */
export class RefusedError extends Error {
  constructor(readonly code: string) {
    super(`refused: ${code}`);
  }
  /** This screen is not let in; other refusals pass with time. */
  get isForbidden(): boolean {
    return FORBIDDEN.has(this.code);
  }
}

export class Link {
  private readonly socket: Socket<Heard, Asked>;
  private pause = SOON;
  private again: ReturnType<typeof setTimeout> | undefined;

  /** `key` opens a wall that is not public; without one the server decides. */
  constructor(
    key: string | undefined,
    private readonly listener: LinkListener,
  ) {
    this.socket = io({
      auth: { screen: key ?? '' },
      transports: ['websocket'],
      reconnectionDelay: SOON,
      reconnectionDelayMax: LATEST,
      timeout: ANSWER,
    });
    this.socket.on('connect', () => {
      this.pause = SOON;
      listener.connected();
    });
    this.socket.on('disconnect', () => {
      listener.lost();
      this.comeBack();
    });
    this.socket.on('connect_error', (error: Error & { data?: Refused }) => {
      if (error.data && FORBIDDEN.has(error.data.code)) listener.refused();
      this.comeBack(error.data?.retryAfterMs);
    });
    this.socket.on('push', (push) => {
      listener.heard();
      listener.push(push);
    });
    this.socket.on('volatile', ({ name, data }) => {
      listener.heard();
      // A later server may tell more than this screen knows.
      if ((name as string) === 'cars') listener.cars(data.cars);
    });
  }

  /** One read; rejects when refused, late or without a line. */
  async ask<T>(name: string, input: object): Promise<T> {
    if (!this.socket.connected) throw new Error(`${name}: no line`);
    const answer = (await this.socket.timeout(ANSWER).emitWithAck(name, { input })) as Answer<T>;
    this.listener.heard();
    if (!answer.ok) throw new RefusedError(answer.error.code);
    return answer.value;
  }

  /** Drops a line that fell silent, so that a new one is made. */
  hangUp(): void {
    this.socket.io.engine.close();
  }

  close(): void {
    clearTimeout(this.again);
    this.socket.close();
  }

  /** What socket.io does not do by itself: to call again after the server had ended or refused the line. */
  private comeBack(least = 0): void {
    if (this.socket.active) return;
    clearTimeout(this.again);
    this.again = setTimeout(() => this.socket.connect(), Math.max(least, this.pause * (0.5 + Math.random() / 2)));
    this.pause = Math.min(LATEST, 2 * this.pause);
  }
}
