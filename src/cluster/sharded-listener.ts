/**
 * Listens on a Redis cluster: each channel at the master that has its slot (`SSUBSCRIBE`), over one connection to each
 * master where there is something to hear. When a connection breaks, a slot moves or a replica takes a master's place,
 * its channels are listened for again where their slots are then, and that is told as a break is: what was told
 * meanwhile is lost.
 *
 * ioredis's own sharded subscribers are not used: they do not say when they hear again.
 */
import type { Redis } from 'ioredis';

import type { Listener } from './listener.js';

/** Which master has which slots, as far as is known. */
export interface Topology {
  /** The master that has a channel's slot. */
  masterOf(channel: string): string | undefined;
  /** Asks for what is known anew. */
  refresh(): void;
  /** Told whenever that was asked, by anybody, and answered; whether anything has changed or not. */
  onRefresh(listener: () => void): void;
}

export interface ShardedListenerOptions {
  readonly topology: Topology;
  /** A connection to a master; once it has broken it does not come back. */
  readonly connect: (master: string) => Redis;
}

/** Where a channel is listened for; each try has its own. */
interface Place {
  readonly master: string;
}

type Hear = (...told: unknown[]) => void;

export class ShardedListener implements Listener {
  private readonly links = new Map<string, Redis>();
  private readonly places = new Map<string, Place>();
  /** Channels that are to be heard and are listened for nowhere: placed at the next refresh. */
  private readonly unplaced = new Set<string>();
  /** Places whose master has not answered yet. */
  private placing = 0;
  private readonly hearers: { readonly event: string; readonly hear: Hear }[] = [];
  private readonly closes: (() => void)[] = [];
  private readonly backs: (() => void)[] = [];
  private closed = false;

  constructor(private readonly options: ShardedListenerOptions) {
    options.topology.onRefresh(() => {
      void this.follow();
    });
  }

  get ready(): boolean {
    const whole = [...this.links.values()].every(({ status }) => status === 'ready');
    return whole && this.placing === 0 && this.unplaced.size === 0;
  }

  async subscribe(channels: readonly string[]): Promise<void> {
    for (const channel of channels) this.unplaced.add(channel);
    try {
      await Promise.all(channels.map((channel) => this.place(channel)));
    } catch (error) {
      this.options.topology.refresh();
      throw error;
    }
  }

  unsubscribe(channel: string): void {
    this.unplaced.delete(channel);
    this.takeAway(channel);
  }

  on(event: string, hear: (...told: never[]) => void): void {
    const hearer = { event: `s${event}`, hear: hear as Hear };
    this.hearers.push(hearer);
    for (const link of this.links.values()) link.on(hearer.event, hearer.hear);
  }

  onClose(listener: () => void): void {
    this.closes.push(listener);
  }

  onBack(listener: () => void): void {
    this.backs.push(listener);
  }

  close(): void {
    this.closed = true;
    for (const link of this.links.values()) link.disconnect();
  }

  /** Listens for a channel where its slot is. */
  private async place(channel: string): Promise<void> {
    if (this.closed) throw new Error(`${channel}: nothing is listened for any more`);
    const master = this.options.topology.masterOf(channel);
    if (master === undefined) throw new Error(`no master has the slot of ${channel}`);
    const place: Place = { master };
    this.unplaced.delete(channel);
    this.places.set(channel, place);
    this.placing += 1;
    try {
      await this.linkTo(master).ssubscribe(channel);
    } catch (error) {
      // The slot has moved, or the connection has broken.
      if (this.places.get(channel) === place) this.displace(channel);
      throw error;
    } finally {
      this.placing -= 1;
    }
  }

  private displace(channel: string): void {
    this.places.delete(channel);
    this.unplaced.add(channel);
  }

  private takeAway(channel: string): void {
    const place = this.places.get(channel);
    if (!place) return;
    this.places.delete(channel);
    // A master that has the slot no more says so.
    this.links
      .get(place.master)
      ?.sunsubscribe(channel)
      .catch(() => undefined);
  }

  /** Places what has moved, and what could not be placed before. */
  private async follow(): Promise<void> {
    if (this.closed) return;
    for (const [channel, { master }] of [...this.places]) {
      if (this.options.topology.masterOf(channel) === master) continue;
      this.takeAway(channel);
      this.unplaced.add(channel);
    }
    const placed = await Promise.allSettled([...this.unplaced].map((channel) => this.place(channel)));
    this.leaveUnused();
    if (placed.some(({ status }) => status === 'fulfilled')) for (const back of this.backs) back();
  }

  private leaveUnused(): void {
    const used = new Set([...this.places.values()].map(({ master }) => master));
    for (const [master, link] of this.links) {
      if (used.has(master)) continue;
      this.links.delete(master);
      link.disconnect();
    }
  }

  private linkTo(master: string): Redis {
    const known = this.links.get(master);
    if (known) return known;
    const link = this.options.connect(master);
    this.links.set(master, link);
    for (const { event, hear } of this.hearers) link.on(event, hear);
    let heard = false;
    link.once('ready', () => {
      heard = true;
    });
    link.once('close', () => {
      if (this.links.get(master) === link) this.lose(master, heard);
    });
    return link;
  }

  /** The connection to a master has broken. One that never stood is tried again when others refresh. */
  private lose(master: string, heard: boolean): void {
    this.links.delete(master);
    if (this.closed) return;
    for (const [channel, place] of [...this.places]) if (place.master === master) this.displace(channel);
    for (const listener of this.closes) listener();
    if (heard) this.options.topology.refresh();
  }
}
