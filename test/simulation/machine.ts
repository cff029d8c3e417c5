/**
 * One machine of a simulated world: a process of the server, its way to the store and to Redis, and its clock. The
 * process crashes, stops and goes on, hands over and ends; the next one begins anew, of what is durable alone.
 *
 * Several machines are a cluster: the real one of src/cluster, over the simulated Redis. A machine that is alone has
 * none.
 */
import type { Chance } from '../../src/actors/runtime/clock.js';
import type { AnyDefinition } from '../../src/actors/runtime/definition.js';
import { noTransport } from '../../src/actors/runtime/node.js';
import type { SystemOptions } from '../../src/actors/runtime/options.js';
import { createSystem, type System } from '../../src/actors/runtime/system.js';
import { Cluster } from '../../src/cluster/index.js';
import { StoreWatch } from '../../src/node/store-watch.js';
import type { Cut, SimulatedHandle, SimulatedStore } from '../../src/store/simulated/index.js';
import type { VirtualClock } from '../support/virtual-clock.js';
import type { WorldFaults } from './faults.js';
import type { Broken } from './breaks.js';
import { faultyTransport } from './network.js';
import { Process } from './process.js';
import type { RedisLink, SimulatedRedis, Way } from './redis.js';

/** What a machine gets of its world. */
export interface MachineOptions {
  readonly clock: VirtualClock;
  readonly chance: Chance;
  readonly faults: WorldFaults;
  readonly store: SimulatedStore;
  /** Absent: it is alone. */
  readonly redis?: SimulatedRedis;
  readonly broken: Broken;
  readonly definitions: readonly AnyDefinition[];
  readonly system: Pick<SystemOptions, 'effects' | 'report' | 'failed'>;
  /** A process has begun to serve. */
  readonly begun: (system: System) => void;
  readonly violation: (what: string) => void;
}

/** A process that runs. */
interface Running {
  readonly process: Process;
  readonly handle: SimulatedHandle;
  readonly link?: RedisLink;
  cluster?: Cluster;
  watch?: StoreWatch;
  system?: System;
  /** It takes no new requests: it hands over, or ends. */
  leaving: boolean;
}

const OPEN: Way = { asks: false, answers: false, refused: false };
/** How often a node says that it lives, ms. */
const BEAT_MS = 1000;
/** A silent node is held for dead after this, ms. */
const DEAD_MS = 4000;
/** How often a node asks whether its store is there, and after how long a silence it is not, ms. */
const WATCH = { everyMs: 1000, awayMs: 3000 };
/** What Redis said before a cut may be heard this much later, ms. */
const AFTERMATH_MS = 1500;

export class Machine {
  private running: Running | undefined;
  private skew = 0;
  private redisWay = OPEN;
  private storeWay: Cut | undefined;
  /** Since when nothing of Redis can be heard or asked, ms of the world. */
  private awaySince = Infinity;

  constructor(
    readonly index: number,
    private readonly options: MachineOptions,
  ) {}

  get up(): boolean {
    return this.running !== undefined;
  }

  get paused(): boolean {
    return this.running?.process.paused ?? false;
  }

  /** Calls with the system that serves here, when its process runs; not at all when there is none. */
  enter(request: (system: System, now: number) => void): void {
    const { running } = this;
    running?.process.enter(() => {
      if (running.system && !running.leaving) request(running.system, running.process.now());
    });
  }

  start(): void {
    if (this.running) return;
    const { clock, store, redis } = this.options;
    const process = new Process(clock, () => this.skew);
    const handle = store.open(process);
    const link = redis?.connect(this.index, process);
    link?.lay(this.redisWay, false);
    if (this.storeWay) handle.cut(this.storeWay);
    this.running = { process, handle, leaving: false, ...(link && { link }) };
    if (link) void this.joinOthers(this.running, link);
    else this.serve(this.running, {});
  }

  /** Ends without a word, as `kill -9` does. */
  crash(): void {
    const { running } = this;
    this.running = undefined;
    running?.process.die();
    running?.handle.crash();
    running?.link?.close();
  }

  /** Hands over, and ends, as on SIGTERM; `kill` ends it where it does not. */
  drain(): { readonly drained: Promise<void>; readonly kill: () => void } {
    const { running } = this;
    const ended = (): void => {
      running?.process.die();
      if (this.running === running) this.running = undefined;
    };
    return {
      drained: running ? this.handOver(running).then(ended, ended) : Promise.resolve(),
      kill: () => {
        if (running && this.running === running) this.crash();
      },
    };
  }

  /** It looks for no others any more: with nobody left it costs the simulation time and shows nothing. */
  async part(): Promise<void> {
    this.running?.watch?.close();
    await this.running?.cluster?.close();
  }

  pause(): void {
    this.running?.process.pause();
  }

  resume(): void {
    this.mayHear();
    this.running?.process.resume();
  }

  setClock(ms: number): void {
    this.skew += ms;
  }

  /** The way to Redis changes; `lose`: what was on it is lost. */
  layRedis(way: Way, lose = false): void {
    this.redisWay = way;
    this.mayHear();
    this.running?.link?.lay(way, lose);
  }

  /** The way to the store is cut, or whole again. */
  layStore(way: Cut | undefined): void {
    this.storeWay = way;
    if (way) this.running?.handle.cut(way);
    else this.running?.handle.mend();
  }

  /** It is shown the node table of now, until it is shown the true one. */
  freezeTable(frozen: boolean): void {
    const { running } = this;
    running?.link?.freeze(frozen ? running.cluster?.names.table : undefined);
  }

  private async handOver(running: Running): Promise<void> {
    running.leaving = true;
    running.watch?.close();
    await running.cluster?.leave();
    await running.system?.stop();
    await running.cluster?.close();
  }

  private async joinOthers(running: Running, link: RedisLink): Promise<void> {
    const { chance, broken } = this.options;
    const { process, handle } = running;
    const log = { info: () => undefined, warn: () => undefined };
    const bus = broken.bus?.(link) ?? link;
    const cluster = await Cluster.open(bus, {
      ...{ store: 'simulated', clock: process, chance, log, beatMs: BEAT_MS, deadMs: DEAD_MS },
    });
    running.cluster = cluster;
    cluster.onView(() => {
      this.viewChanged();
    });
    const { transport, placement } = cluster;
    const system = this.serve(running, { transport, placement });
    await cluster.meet(system);
    running.watch = new StoreWatch({
      ...{ store: handle, clock: process, ...WATCH },
      changed: (away) => void cluster.setBlind(away),
    });
    await cluster.join();
  }

  private serve(running: Running, together: Pick<SystemOptions, 'transport' | 'placement'>): System {
    const { chance, broken, definitions, faults, begun } = this.options;
    const { process, handle } = running;
    const faulty = faultyTransport(process, faults);
    const { transport = noTransport } = together;
    const system = createSystem({
      limits: { active: 12, recentIds: 3, keeperMs: 5000, wakeMs: 5000, retryAttempts: 60 },
      ...broken.options,
      ...this.options.system,
      ...together,
      store: {
        ...handle,
        journal: broken.journal?.(handle.journal) ?? handle.journal,
        snapshots: broken.snapshots?.(handle.snapshots) ?? handle.snapshots,
      },
      definitions,
      clock: process,
      chance,
      transport: (local) => faulty(transport(broken.transport?.(local) ?? local)),
      strict: true,
    });
    running.system = system;
    begun(system);
    return system;
  }

  /** ENGINE 9: while Redis is away a node keeps the view it had. */
  private viewChanged(): void {
    const awayMs = this.options.clock.now() - this.awaySince;
    if (awayMs > AFTERMATH_MS) this.options.violation(`ENGINE 9: a view changed ${awayMs} ms after Redis was away`);
  }

  private mayHear(): void {
    const { asks, answers, refused } = this.redisWay;
    this.awaySince = asks || answers || refused ? this.options.clock.now() : Infinity;
  }
}
