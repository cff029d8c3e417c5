/**
 * What listens on Redis, and after each break listens to the same again. It says when it does: what was told until then
 * is lost.
 */
import type { Redis } from 'ioredis';

export interface Listener {
  /** It is connected; on a single connection it may not have subscribed again yet. */
  readonly ready: boolean;
  /** Resolves when what is told on the channels from then on is heard. */
  subscribe(channels: readonly string[]): Promise<void>;
  unsubscribe(channel: string): void;
  /**
   * Hears what Redis sends, by ioredis's names for it: `message`, `messageBuffer`, and of patterns `pmessageBuffer`.
   */
  on(event: string, hear: (...told: never[]) => void): void;
  onClose(listener: () => void): void;
  /** Told when it hears again after a break. */
  onBack(listener: () => void): void;
}

/** A {@link Listener} on one connection. */
export class Ear implements Listener {
  private readonly channels = new Set<string>();
  private readonly patterns = new Set<string>();
  private readonly backs: (() => void)[] = [];
  private broken = false;

  /** `link` does not subscribe again by itself (`autoResubscribe: false`): it would not say when it has. */
  constructor(private readonly link: Redis) {
    link.on('close', () => {
      this.broken = true;
    });
    link.on('ready', () => {
      if (this.broken) void this.again();
    });
  }

  get ready(): boolean {
    return this.link.status === 'ready';
  }

  async subscribe(channels: readonly string[]): Promise<void> {
    for (const channel of channels) this.channels.add(channel);
    await this.link.subscribe(...channels);
  }

  unsubscribe(channel: string): void {
    this.channels.delete(channel);
    this.link.unsubscribe(channel).catch(() => undefined);
  }

  async psubscribe(pattern: string): Promise<void> {
    this.patterns.add(pattern);
    await this.link.psubscribe(pattern);
  }

  on(event: string, hear: (...told: never[]) => void): void {
    this.link.on(event, hear as (...told: unknown[]) => void);
  }

  onClose(listener: () => void): void {
    this.link.on('close', listener);
  }

  onBack(listener: () => void): void {
    this.backs.push(listener);
  }

  private async again(): Promise<void> {
    try {
      if (this.channels.size > 0) await this.link.subscribe(...this.channels);
      if (this.patterns.size > 0) await this.link.psubscribe(...this.patterns);
    } catch {
      // Broken again: the next connection tries anew.
      return;
    }
    for (const back of this.backs) back();
  }
}
