/** A websocket of uWebSockets.js as engine.io sees it: what is sent in one tick goes out corked, as one write. */
import type { WebSocket } from 'uWebSockets.js';

import type { Held, Writes } from './writes.js';

export class UwsSocket implements Held {
  private waiting: string[] = [];
  private closed = false;

  constructor(
    private readonly socket: WebSocket<unknown>,
    private readonly writes: Writes,
  ) {}

  /** Packets are text, see packets.ts. */
  send(text: string): void {
    if (this.waiting.push(text) === 1) this.writes.add(this);
  }

  release(): void {
    const { waiting } = this;
    if (waiting.length === 0) return;
    this.waiting = [];
    if (this.closed) return;
    this.socket.cork(() => {
      // A socket that passes its bound is closed by the send itself, and takes no more.
      for (const text of waiting) if (!this.closed) this.socket.send(text, false, false);
    });
  }

  subscribe(room: string): void {
    if (!this.closed) this.socket.subscribe(room);
  }

  unsubscribe(room: string): void {
    // What was published to the room and is not written yet would not be; a send brings it along.
    this.release();
    if (!this.gone()) this.socket.unsubscribe(room);
  }

  getBufferedAmount(): number {
    return this.closed ? 0 : this.socket.getBufferedAmount();
  }

  /** Closes it in order, behind all that was sent. */
  end(): void {
    if (this.closed) return;
    this.release();
    if (!this.gone()) this.socket.end();
  }

  /** The native socket is closed: it must not be touched any more. */
  left(): void {
    this.closed = true;
  }

  private gone(): boolean {
    return this.closed;
  }
}
