/**
 * Group commit: entries of all actors go to the store in one batch, and the next batch gathers
 * while that one is under way. Answers leave when their batch is durable (R2).
 *
 *   ENGINE 1, 5  one append in flight, an actor's entries in their order (✂ two would overtake each other)
 *   ENGINE 6     an unknown entry is sent again as it is, or its activation is stopped
 *   ENGINE 2     a failed disk is final: nothing of the batch is acknowledged, the system ends
 */
import { StoreFailed, type Append, type Journal } from '../../store/ports.js';
import type { Activation } from './activation.js';
import type { Clock } from './clock.js';
import { append, type Fate } from './committed.js';
import type { Limits } from './options.js';
import type { Problem } from './problems.js';

export interface FlushHost {
  /** Breaks ENGINE 6 on purpose, for the simulation. */
  readonly decideInPlace: boolean;
  flushed(entries: number, ms: number): void;
  report(problem: Problem): void;
  /** The store failed for good. */
  failed(error: StoreFailed): void;
}

/** One activation's part of a batch. */
interface Share {
  readonly activation: Activation;
  readonly items: readonly Append[];
}

export class Flush {
  private readonly waiting = new Set<Activation>();
  /** Since when an activation's head is unknown, ms UTC. */
  private readonly unknownSince = new Map<Activation, number>();
  private scheduled = false;
  private flying = false;
  private dead = false;
  private idle: (() => void)[] = [];

  constructor(
    private readonly journal: Journal,
    private readonly clock: Clock,
    private readonly limits: Pick<Limits, 'batch' | 'flushAgainMs' | 'flushGiveUpMs'>,
    private readonly host: FlushHost,
  ) {}

  /** `activation` has something to store. */
  add(activation: Activation): void {
    if (this.dead || this.unknownSince.has(activation)) return;
    this.waiting.add(activation);
    this.schedule();
  }

  /** Resolves when nothing is under way or waits. */
  async drained(): Promise<void> {
    while (!this.dead && (this.flying || this.waiting.size > 0 || this.unknownSince.size > 0)) {
      await new Promise<void>((resolve) => this.idle.push(resolve));
    }
  }

  private schedule(): void {
    if (this.flying || this.scheduled || this.waiting.size === 0) return;
    this.scheduled = true;
    this.clock.soon(() => {
      this.scheduled = false;
      void this.run();
    });
  }

  private async run(): Promise<void> {
    const shares = this.gather();
    const items = shares.flatMap((share) => share.items);
    if (items.length > 0) {
      this.flying = true;
      const started = this.clock.now();
      const fates = await this.append(items);
      this.flying = false;
      if (!fates) return;
      this.host.flushed(items.length, this.clock.now() - started);
      this.settle(shares, fates);
    }
    this.schedule();
    if (this.waiting.size === 0) for (const resolve of this.idle.splice(0)) resolve();
  }

  private gather(): readonly Share[] {
    const shares: Share[] = [];
    let room = this.limits.batch;
    for (const activation of this.waiting) {
      if (room <= 0) break;
      const items = activation.batch(room);
      this.waiting.delete(activation);
      if (items.length === 0) {
        // Ended meanwhile: nothing of it is waited for.
        this.unknownSince.delete(activation);
        continue;
      }
      room -= items.length;
      shares.push({ activation, items });
    }
    return shares;
  }

  /** Undefined when the store is gone for good. */
  private async append(items: readonly Append[]): Promise<readonly Fate[] | undefined> {
    try {
      return await append(this.journal, items);
    } catch (error) {
      if (!(error instanceof StoreFailed)) return items.map(() => ({ state: 'unknown' }));
      this.dead = true;
      for (const resolve of this.idle.splice(0)) resolve();
      this.host.failed(error);
      return undefined;
    }
  }

  private settle(shares: readonly Share[], fates: readonly Fate[]): void {
    let from = 0;
    for (const { activation, items } of shares) {
      const verdict = activation.settle(fates.slice(from, from + items.length));
      from += items.length;
      if (verdict.state === 'unknown') {
        if (this.host.decideInPlace) activation.decideInPlace();
        else this.sendAgain(activation);
      } else {
        this.unknownSince.delete(activation);
        if (activation.undurable > 0) this.waiting.add(activation);
      }
    }
  }

  private sendAgain(activation: Activation): void {
    const now = this.clock.now();
    const since = this.unknownSince.get(activation) ?? now;
    if (now - since >= this.limits.flushGiveUpMs) {
      this.unknownSince.delete(activation);
      this.host.report({
        what: 'gave_up',
        actor: activation.id,
        text: `the store has no word on entries of ${activation.id}`,
      });
      activation.stop();
      return;
    }
    this.unknownSince.set(activation, since);
    this.clock.after(this.limits.flushAgainMs, () => {
      if (!this.unknownSince.has(activation) || this.dead) return;
      this.waiting.add(activation);
      this.schedule();
    });
  }
}
