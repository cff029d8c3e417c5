/** Tells a shop what became of its order, signed, again and again until it answers as it must. */
import type { Clock } from '../../../actors/runtime/clock.js';
import { sign } from '../signature.js';
import { SUCCESS, type Notification } from '../wire.js';

/** Pauses between the tries grow twofold from `repeatMs`; after the last one the shop has to ask. */
const TRIES = 8;
/** How long a shop may take to answer, ms. */
const PATIENCE = 10_000;

/**
 * `tried` counts each try, `heard` those that were answered as they must, `pending` all that is still to come or under
 * way.
 */
export interface CallBackCount {
  readonly pending: number;
  readonly tried: number;
  readonly heard: number;
}

export class Notifier {
  private tried = 0;
  private heard = 0;
  private posting = 0;
  private readonly pending = new Set<() => void>();
  private readonly stopped = new AbortController();

  constructor(
    private readonly secret: string,
    private readonly clock: Clock,
    private readonly repeatMs: number,
  ) {}

  get count(): CallBackCount {
    return { pending: this.pending.size + this.posting, tried: this.tried, heard: this.heard };
  }

  tell(url: string, notification: Notification): void {
    void this.attempt(url, JSON.stringify(notification), 1);
  }

  /** Runs after a pause, at once where there is none, unless the sandbox stops before. */
  later(ms: number, run: () => void): void {
    if (ms === 0) {
      run();
      return;
    }
    const cancel = this.clock.after(ms, () => {
      this.pending.delete(cancel);
      run();
    });
    this.pending.add(cancel);
  }

  stop(): void {
    this.stopped.abort();
    for (const cancel of this.pending) cancel();
    this.pending.clear();
  }

  private async attempt(url: string, body: string, n: number): Promise<void> {
    this.tried += 1;
    this.posting += 1;
    const done = await this.post(url, body);
    this.posting -= 1;
    if (done) this.heard += 1;
    if (done || n >= TRIES || this.stopped.signal.aborted) return;
    this.later(this.repeatMs * 2 ** (n - 1), () => void this.attempt(url, body, n + 1));
  }

  private async post(url: string, body: string): Promise<boolean> {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...sign(this.secret, body, this.clock.now()) },
        body,
        signal: AbortSignal.any([this.stopped.signal, AbortSignal.timeout(PATIENCE)]),
      });
      return (await response.text()) === SUCCESS && response.status === 200;
    } catch {
      // A shop that cannot be reached is told again like one that answered wrongly.
      return false;
    }
  }
}
