/**
 * How the line stands, and coming back where socket.io would not: after the server closed the socket or
 * refused it. Not where coming back could only do harm: the same device is connected elsewhere.
 */
import type { Socket } from 'socket.io-client';

import type { Refusal } from './types.js';

/** `refused`: the server did not let the socket in, and says why. `closed` with `why`: it is over for good. */
export type LineState =
  | { readonly state: 'connecting' | 'connected' }
  | { readonly state: 'disconnected'; readonly reason: string }
  | { readonly state: 'refused'; readonly message: string; readonly why?: Refusal }
  | { readonly state: 'closed'; readonly why?: Refusal };

const FIRST_PAUSE_MS = 500;
/**
 * A node that stops sends its sockets away one by one, so the next node is not met by all at once: this may be short.
 */
const AWAY_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 30_000;

export class Line {
  private current: LineState = { state: 'connecting' };
  private readonly listeners = new Set<(line: LineState) => void>();
  /** What the server said before it closed the socket. */
  private farewell: Refusal | undefined;
  private pause = FIRST_PAUSE_MS;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly socket: Socket) {
    socket.on('connect', () => {
      this.pause = FIRST_PAUSE_MS;
      this.farewell = undefined;
      this.set({ state: 'connected' });
    });
    socket.on('closing', (why: Refusal) => {
      this.farewell = why;
    });
    socket.on('disconnect', (reason) => {
      if (this.farewell?.code === 'connected_elsewhere') this.close(this.farewell);
      else this.set({ state: 'disconnected', reason: this.farewell?.code ?? reason });
      if (this.farewell?.code === 'stopping') this.pause = AWAY_PAUSE_MS;
      if (!socket.active) this.comeBack();
    });
    socket.on('connect_error', (error: Error & { data?: Refusal }) => {
      this.set({ state: 'refused', message: error.message, ...(error.data && { why: error.data }) });
      if (!socket.active) this.comeBack(error.data?.retryAfterMs);
    });
  }

  get state(): LineState {
    return this.current;
  }

  /** Hears each change. Returns the way to stop. */
  listen(listener: (line: LineState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  close(why?: Refusal): void {
    clearTimeout(this.timer);
    this.set(why ? { state: 'closed', why } : { state: 'closed' });
  }

  private comeBack(least = 0): void {
    if (this.current.state === 'closed') return;
    const wait = Math.max(least, this.pause * (0.5 + Math.random()));
    this.pause = Math.min(2 * this.pause, LONGEST_PAUSE_MS);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.socket.connect(), wait);
  }

  private set(next: LineState): void {
    if (this.current.state === 'closed') return;
    this.current = next;
    for (const listener of this.listeners) listener(next);
  }
}
