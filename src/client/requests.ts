/**
 * Requests on their way: each is sent again, with the same id, whenever the socket has come back and no
 * answer was heard, and when the server says that it could not decide now, until its time is over. So a command
 * takes effect once however often the line breaks and nodes come and go (R4).
 */
import type { Socket } from 'socket.io-client';

import { NoAnswer, RequestRefused, type Acknowledged, type Json } from './types.js';

/**
 * Refusals that say: it moves from one node to another, the node stops, it waited too long there. Nothing was decided.
 */
const UNDECIDED = new Set(['unavailable', 'stopping', 'too_late']);
/** Asked again after this, ms, where the server names no time. */
const PAUSE_MS = 250;

interface Waiting {
  readonly name: string;
  readonly id: string;
  readonly input: Json;
  readonly resolve: (value: Json) => void;
  readonly reject: (error: Error) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

export class OpenRequests {
  private readonly waiting = new Set<Waiting>();

  constructor(private readonly socket: Socket) {
    socket.on('connect', () => {
      for (const one of this.waiting) this.send(one);
    });
  }

  ask(name: string, input: Json, id: string, withinMs: number): Promise<Json> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(one);
        reject(new NoAnswer(`${name}: no answer within ${withinMs} ms`, id));
      }, withinMs);
      const one: Waiting = { name, id, input, resolve, reject, timer };
      this.waiting.add(one);
      if (this.socket.connected) this.send(one);
    });
  }

  close(): void {
    for (const one of this.waiting) {
      clearTimeout(one.timer);
      one.reject(new NoAnswer(`${one.name}: the client was closed`, one.id));
    }
    this.waiting.clear();
  }

  private send(one: Waiting): void {
    this.socket.emit(one.name, { id: one.id, input: one.input }, (ack: Acknowledged) => {
      if (!this.waiting.has(one)) return;
      if (!ack.ok && UNDECIDED.has(ack.error.code)) {
        setTimeout(() => {
          // Where the socket breaks meanwhile, coming back sends it.
          if (this.waiting.has(one) && this.socket.connected) this.send(one);
        }, ack.error.retryAfterMs ?? PAUSE_MS);
        return;
      }
      this.waiting.delete(one);
      clearTimeout(one.timer);
      if (ack.ok) one.resolve(ack.value);
      else one.reject(new RequestRefused(ack.error));
    });
  }
}
