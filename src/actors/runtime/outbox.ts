/**
 * The promises of one activation on their way: sent when their entry is stored, sent again with
 * growing, jittered pauses until they are closed, and after a limit set aside as dead letters.
 *
 *   R5, ENGINE 15  what is open is sent again (✂); closing may be lazy, a repeat is harmless
 *   ENGINE 14      a reply comes back as a message with id `<message id>/reply`
 *   ENGINE 16      a timer is a message to oneself due later
 *
 * It keeps no timer: it says when it wants to be woken, and its system has one alarm for all.
 */
import type { Promised } from '../../store/ports.js';

/** How promises are tried again. */
export interface RetryPolicy {
  /** First pause, ms; each later one is twice as long. */
  readonly firstMs: number;
  readonly longestMs: number;
  /** A message that is not answered for this long is sent again. */
  readonly silenceMs: number;
  /** Tries before a message becomes a dead letter. */
  readonly attempts: number;
}

/** A stored promise that is not closed yet. */
export interface Sending {
  readonly id: string;
  readonly promised: Promised;
  /** When to send it next, ms UTC; Infinity for a dead letter. */
  next: number;
  /** Promised by an earlier activation, who may have sent it. */
  readonly resumed: boolean;
  attempts: number;
  lastError: string;
}

export class Outbox {
  private readonly sending = new Map<string, Sending>();

  constructor(
    private readonly policy: RetryPolicy,
    private readonly random: () => number,
  ) {}

  /** Promises that wait to be closed, dead letters included. */
  get size(): number {
    return this.sending.size;
  }

  /** The earliest time at which something is to be sent; Infinity for never. */
  get alarm(): number {
    let earliest = Infinity;
    for (const { next } of this.sending.values()) if (next < earliest) earliest = next;
    return earliest;
  }

  /**
   * A promise whose entry is stored.
   * @param aheadMs how far the actor's own time is ahead of the clock: what is due by it is due (ENGINE 13)
   * @param resumed by an earlier activation
   */
  keep(id: string, promised: Promised, aheadMs: number, resumed = false): Sending {
    const sending = { id, promised, next: promised.due - aheadMs, resumed, attempts: 0, lastError: '' };
    this.sending.set(id, sending);
    return sending;
  }

  close(id: string): void {
    this.sending.delete(id);
  }

  get(id: string): Sending | undefined {
    return this.sending.get(id);
  }

  /**
   * What is due at `now`; each is told when to try again in case nobody answers.
   * @param at the actor's own time. Once the clock is not behind it any more, what was reckoned by it goes by the clock
   * again:
   *   a clock that was put right would else ring an hour early.
   */
  due(now: number, at: number): readonly Sending[] {
    const due: Sending[] = [];
    for (const sending of this.sending.values()) {
      if (at <= now && sending.attempts === 0 && sending.next < sending.promised.due)
        sending.next = sending.promised.due;
      if (sending.next > now) continue;
      this.sent(sending, now);
      due.push(sending);
    }
    return due;
  }

  /** A try begins: silence makes it be tried again. */
  sent(sending: Sending, now: number): void {
    sending.attempts++;
    sending.next = now + this.policy.silenceMs;
  }

  /** The receiver took no decision. Returns the dead letter when that was the last try. */
  failed(id: string, error: string, now: number): Sending | undefined {
    const sending = this.sending.get(id);
    if (!sending) return undefined;
    sending.lastError = error;
    if (sending.attempts >= this.policy.attempts) {
      sending.next = Infinity;
      return sending;
    }
    const pause = Math.min(this.policy.firstMs * 2 ** (sending.attempts - 1), this.policy.longestMs);
    sending.next = now + pause * (0.5 + this.random() / 2);
    return undefined;
  }

  /** A dead letter is tried from the start. What is on its way, because an earlier activation gave it up, stays so. */
  retry(id: string, now: number): void {
    const sending = this.sending.get(id);
    if (sending?.next !== Infinity) return;
    sending.attempts = 0;
    sending.next = now;
  }

  /** Something that is neither a dead letter nor due later than `now`: the actor must stay in memory for it. */
  busy(now: number): boolean {
    for (const { next, attempts } of this.sending.values()) {
      if (next !== Infinity && (attempts > 0 || next <= now)) return true;
    }
    return false;
  }

  [Symbol.iterator](): IterableIterator<Sending> {
    return this.sending.values();
  }
}
