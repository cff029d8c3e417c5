/**
 * Redis as far as a cluster uses it, on the virtual clock: hashes, channels, and connections that break. What one node
 * does reaches it, and what it says reaches the node, after a while and in order, as over TCP: what a cut holds up
 * comes when it is mended, or is lost with the connection. It may be emptied at any time.
 */
import type { Bus, TableBatch } from '../../src/cluster/bus.js';
import type { WorldFaults } from './faults.js';
import { LATE_MS } from './network.js';
import { Pipe } from './pipe.js';
import type { Process } from './process.js';
import type { VirtualClock } from '../support/virtual-clock.js';

/** A command without an answer for this long has failed, ms. */
const ANSWER_WITHIN_MS = 1000;
/** A connection that broke is tried again after this, ms. */
const RECONNECT_MS = 200;

/** What lies between a node and Redis now. */
export interface Way {
  /** Nothing goes through; with `refused` the connections break, else it is silent. */
  readonly asks: boolean;
  readonly answers: boolean;
  readonly refused: boolean;
}

export class SimulatedRedis {
  private hashes = new Map<string, Map<string, string>>();
  private readonly links = new Set<RedisLink>();

  constructor(
    readonly clock: VirtualClock,
    readonly faults: WorldFaults,
    /** Whether what one machine tells does not reach another. */
    private readonly apart: (from: number, to: number) => boolean,
  ) {}

  /** A process connects. */
  connect(machine: number, process: Process): RedisLink {
    const link = new RedisLink(this, machine, process);
    this.links.add(link);
    return link;
  }

  disconnect(link: RedisLink): void {
    this.links.delete(link);
  }

  flush(): void {
    this.hashes.clear();
  }

  hash(key: string): Map<string, string> {
    const known = this.hashes.get(key) ?? new Map<string, string>();
    this.hashes.set(key, known);
    return known;
  }

  listeners(channel: string): number {
    return [...this.links].filter((link) => link.listensTo(channel)).length;
  }

  /** Tells all who listen: mostly. Returns how many it knows of. */
  publish(from: RedisLink, channel: string, text: string): number {
    const there = [...this.links].filter((link) => link.listensTo(channel));
    for (const link of there) {
      const tell = (): void => {
        link.hear(channel, text);
      };
      if (link !== from && this.apart(from.machine, link.machine)) continue;
      if (this.faults.strikes('lineLost')) continue;
      if (this.faults.strikes('lineTwice')) this.clock.after(this.faults.random() * LATE_MS, tell);
      if (this.faults.strikes('lineLate')) this.clock.after(this.faults.random() * LATE_MS, tell);
      else tell();
    }
    return there.length;
  }
}

/** One process's connections to Redis: they break and come back together. */
export class RedisLink implements Bus {
  private asking: Pipe;
  private answering: Pipe;
  private connected = true;
  private closed = false;
  private way: Way = { asks: false, answers: false, refused: false };
  private readonly wanted = new Set<string>();
  private subscribed = new Set<string>();
  private readonly subscribing: (() => void)[] = [];
  private readonly hearers: ((channel: string, text: string) => void)[] = [];
  private readonly closes: (() => void)[] = [];
  /** A copy of the table that this node is shown in place of the true one. */
  private stale: ReadonlyMap<string, string> | undefined;

  constructor(
    private readonly redis: SimulatedRedis,
    readonly machine: number,
    private readonly process: Process,
  ) {
    [this.asking, this.answering] = this.pipes();
  }

  readonly commands: Bus['commands'] = {
    multi: () => this.batch(),
    hset: (key, field, value) => this.ask(() => this.redis.hash(key).set(field, value).size),
    hdel: (key, ...fields) => this.ask(() => fields.filter((field) => this.redis.hash(key).delete(field)).length),
    hgetall: (key) => this.ask(() => this.all(key)),
    publish: (channel, text) => this.ask(() => this.redis.publish(this, channel, text)),
    pubsub: (_, ...channels) => this.ask(() => channels.flatMap((name) => [name, this.redis.listeners(name)])),
  };

  readonly listener: Bus['listener'] = this.ears();

  close(): void {
    this.closed = true;
    this.connected = false;
    this.redis.disconnect(this);
  }

  listensTo(channel: string): boolean {
    return this.subscribed.has(channel);
  }

  hear(channel: string, text: string): void {
    this.answering.send(() => {
      for (const hear of this.hearers) hear(channel, text);
    });
  }

  /** The way to Redis changes. What was held up comes, or is lost with the connection. */
  lay(way: Way, lose: boolean): void {
    this.way = way;
    if (way.refused || (lose && this.connected)) this.breaks();
    this.asking.block(way.asks);
    this.answering.block(way.answers);
  }

  /** From now on this node is shown the table as it is now, until it is shown the true one again. */
  freeze(key: string | undefined): void {
    this.stale = key === undefined ? undefined : new Map(this.redis.hash(key));
  }

  private ears(): Bus['listener'] {
    const ready = (): boolean => this.connected;
    return {
      get ready() {
        return ready();
      },
      subscribe: async (channels) => {
        for (const channel of channels) this.wanted.add(channel);
        await this.subscribe();
      },
      on: (event, hear) => {
        if (event === 'message') this.hearers.push(hear as (channel: string, text: string) => void);
      },
      onClose: (listener) => this.closes.push(listener),
    };
  }

  /** Resolves when Redis has taken it in, on this connection or on one after it. */
  private subscribe(): Promise<void> {
    const { asking, answering } = this;
    asking.send(() => {
      this.subscribed = new Set(this.wanted);
      answering.send(() => {
        for (const resolve of this.subscribing.splice(0)) resolve();
      });
    });
    return new Promise((resolve) => this.subscribing.push(resolve));
  }

  private ask<T>(effect: () => T): Promise<T> {
    if (!this.connected) return Promise.reject(new Error('Connection is closed'));
    return new Promise((resolve, reject) => {
      const { answering } = this;
      const answered = this.process.after(ANSWER_WITHIN_MS, () => {
        reject(new Error('Command timed out'));
      });
      this.asking.send(() => {
        const answer = effect();
        answering.send(() => {
          answered();
          resolve(answer);
        });
      });
    });
  }

  private batch(): TableBatch {
    const effects: (() => unknown)[] = [];
    const batch: TableBatch = {
      hget: (key, field) => add(() => this.table(key).get(field) ?? null),
      hset: (key, field, value) => add(() => this.redis.hash(key).set(field, value).size),
      hgetall: (key) => add(() => this.all(key)),
      exec: () => this.ask(() => effects.map((effect) => [null, effect()] as const)),
    };
    const add = (effect: () => unknown): TableBatch => {
      effects.push(effect);
      return batch;
    };
    return batch;
  }

  private all(key: string): Record<string, string> {
    return Object.fromEntries(this.table(key));
  }

  private table(key: string): ReadonlyMap<string, string> {
    return this.stale ?? this.redis.hash(key);
  }

  private breaks(): void {
    this.asking.drop();
    this.answering.drop();
    this.connected = false;
    this.subscribed = new Set();
    this.process.enter(() => {
      for (const listener of this.closes) listener();
    });
    this.reconnect();
  }

  private reconnect(): void {
    this.process.after(RECONNECT_MS, () => {
      if (this.closed || this.connected) return;
      if (this.way.refused) {
        this.reconnect();
        return;
      }
      [this.asking, this.answering] = this.pipes();
      this.asking.block(this.way.asks);
      this.answering.block(this.way.answers);
      this.connected = true;
      void this.subscribe();
    });
  }

  private pipes(): [Pipe, Pipe] {
    const { clock, faults } = this.redis;
    const ms = (): number => 0.1 + faults.random();
    return [new Pipe(clock, ms), new Pipe(this.process, ms)];
  }
}
