/**
 * Several nodes in one process, over one store that is opened once and one real Redis: the engine with a small actor
 * kind, without gateways. Each node can be paused, cut off from Redis and ended on its own.
 */
import { setTimeout as wait } from 'node:timers/promises';

import { systemChance, systemClock, type Clock } from '../../src/actors/runtime/clock.js';
import type { Problem } from '../../src/actors/runtime/problems.js';
import { createSystem, engineCollections, type System } from '../../src/actors/runtime/system.js';
import { Cluster, type ClusterOptions } from '../../src/cluster/index.js';
import type { RedisLinks } from '../../src/cluster/links.js';
import { openRedis } from '../../src/cluster/redis.js';
import { StoreWatch } from '../../src/node/store-watch.js';
import { openEmbedded } from '../../src/store/embedded/index.js';
import type { ActorId, Json, Store } from '../../src/store/ports.js';
import { journalWith } from './journal.js';
import { heard, tally, type Heard } from './lab.js';
import { openRedisServer, type RedisServer, type Way } from './redis.js';
import { until as waitUntil } from './until.js';

/** The part of tap's `t` that is used here. */
interface Test {
  testdir(): string;
  teardown(run: () => unknown): void;
}

/** A clock whose timers stand still while the node is paused, as those of a stopped process do. */
class PausableClock implements Clock {
  private held: (() => void)[] | undefined;

  now(): number {
    return Date.now();
  }

  after(ms: number, run: () => void): () => void {
    return systemClock.after(ms, () => {
      this.run(run);
    });
  }

  soon(run: () => void): void {
    setImmediate(() => {
      this.run(run);
    });
  }

  pause(): void {
    this.held = [];
  }

  resume(): void {
    const { held = [] } = this;
    this.held = undefined;
    for (const run of held) run();
  }

  private run(run: () => void): void {
    if (this.held) this.held.push(run);
    else run();
  }
}

export class TestNode {
  readonly problems: Problem[] = [];
  readonly system: System;
  private asked = 0;
  private ended = false;
  private watching: StoreWatch | undefined;

  private constructor(
    readonly cluster: Cluster,
    readonly clock: PausableClock,
    private readonly redis: RedisLinks,
    private readonly way: Way,
    store: Store,
  ) {
    this.system = createSystem({
      ...{ store, definitions: [tally], clock, transport: cluster.transport, placement: cluster.placement },
      report: (problem) => this.problems.push(problem),
      failed: (error) => {
        throw error;
      },
    });
  }

  static async open(store: Store, way: Way, more: Partial<ClusterOptions> = {}): Promise<TestNode> {
    const clock = new PausableClock();
    const log = { info: () => undefined, warn: () => undefined };
    const chance = systemChance;
    const redis = await openRedis(way.url, () => undefined);
    const cluster = await Cluster.open(redis, {
      ...{ store: store.id, clock, chance, log, beatMs: 100, deadMs: 600, ...more },
    });
    const node = new TestNode(cluster, clock, redis, way, store);
    await cluster.meet(node.system);
    await cluster.join();
    return node;
  }

  get self(): string {
    return this.cluster.self;
  }

  owns(actor: ActorId): boolean {
    return this.cluster.view.ownerOf(actor) === this.self;
  }

  async ask(to: ActorId, type: string, input: Json = {}, id = `${this.self}-${++this.asked}`): Promise<Heard> {
    return heard(await this.system.ask({ to, type, input, caller: 'driver:dr_1', id }));
  }

  async read(actor: ActorId, name: string): Promise<Json> {
    const answer = heard(await this.system.read(actor, name, {}, 'driver:dr_1'));
    if (!answer.ok) throw new Error(answer.code);
    return answer.value;
  }

  /** Asks the store whether it answers, as a node of its own process does; ends with the node. */
  watch(store: Store): void {
    const changed = (blind: boolean): void => void this.cluster.setBlind(blind);
    const watch = { store, clock: this.clock, everyMs: 50, awayMs: 400, changed };
    this.watching = new StoreWatch(watch);
  }

  get blind(): boolean {
    return this.watching?.away === true;
  }

  /** The way to Redis is cut; with `mend` it is there again. */
  cutOff(): void {
    this.way.cut();
  }

  mend(): void {
    this.way.mend();
  }

  /** The process stops where it stands: no timer runs, nothing that is sent to it is heard. */
  pause(): void {
    this.clock.pause();
    this.way.stall();
  }

  resume(): void {
    this.way.mend();
    this.clock.resume();
  }

  /** Hands over, and ends. */
  async stop(): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    await this.cluster.leave();
    await this.system.stop();
    this.watching?.close();
    await this.cluster.close();
  }

  /** Ends without a word, as `kill -9` does: its connections break, and nothing more is done. */
  kill(): void {
    this.ended = true;
    this.clock.pause();
    this.redis.close();
  }
}

/** All views of the small actor kind. */
export const collections = [...engineCollections, { name: 'tallies', indexes: [{ name: 'sum', fields: ['sum'] }] }];

export interface Town {
  readonly nodes: TestNode[];
  readonly redis: RedisServer;
  readonly store: Store;
  /** One more node. */
  add(more?: Partial<ClusterOptions>): Promise<TestNode>;
}

/** A town of so many nodes that know each other; `storeMs`: how much longer their store takes. */
export async function openTown(t: Test, count: number, { own = false, storeMs = 0 } = {}): Promise<Town> {
  const redis = await openRedisServer(t, { own });
  const opened = await openEmbedded(`${t.testdir()}/store`, {
    collections,
  });
  t.teardown(() => opened.close());
  const store = storeMs === 0 ? opened : slow(opened, storeMs);
  const nodes: TestNode[] = [];
  const add = async (more: Partial<ClusterOptions> = {}): Promise<TestNode> => {
    const node = await TestNode.open(store, await redis.way(t), more);
    t.teardown(() => node.stop());
    nodes.push(node);
    return node;
  };
  for (let i = 0; i < count; i++) await add();
  await until(() => nodes.every(({ cluster }) => cluster.view.nodes.length === count));
  return { nodes, redis, store, add };
}

/** A store whose journal takes its time. */
function slow(store: Store, ms: number): Store {
  const { journal } = store;
  return { ...store, journal: journalWith(journal, { append: (items) => wait(ms).then(() => journal.append(items)) }) };
}

/** Waits until something is so. Throws when it is not within `withinMs`. */
export function until(so: () => boolean | Promise<boolean>, withinMs?: number): Promise<void> {
  return waitUntil(so.toString(), so, withinMs);
}

/** An actor that a node serves, by the node's own view. */
export function actorOf({ cluster, self }: TestNode, from = 0): ActorId {
  for (let i = from; ; i++) {
    const actor: ActorId = `tally:t${i}`;
    if (cluster.view.ownerOf(actor) === self) return actor;
  }
}
