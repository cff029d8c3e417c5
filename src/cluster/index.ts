/**
 * This node as one of several on the same store: who lives, who serves what, and the way there. Redis carries it, and
 * is asked for nothing that must be true: the store's two keys decide (R3), placement is a hint (R7, ENGINE 9).
 *
 *   members     who lives: a table of beats, looked at by everybody            observer.ts, table.ts, members.ts
 *   view        which of them serves each of 4,096 shards                      view.ts
 *   node, line  requests of the engine to the node that serves an actor        cluster-node.ts, line.ts, wire.ts
 *
 * When the view changes, a node lets go of the actors it lost and looks for due promises of those it gained. Whoever
 * asks for an actor meanwhile is told that it moves, and his own node asks again with the same id. Two nodes that serve
 * one actor at the same time meet at the store, and one of them steps back.
 *
 * Why so: docs/decisions/cluster.md.
 */
import type { Chance, Clock } from '../actors/runtime/clock.js';
import type { Placement, Transport } from '../actors/runtime/node.js';
import { unstored } from '../actors/runtime/problems.js';
import type { System } from '../actors/runtime/system.js';
import type { ActorId, ShardRange } from '../store/ports.js';
import type { Bus } from './bus.js';
import { ClusterNode } from './cluster-node.js';
import { Line, type LineLimits } from './line.js';
import { Members } from './members.js';
import { namesOf, Table, type Names } from './table.js';
import type { View } from './view.js';

export interface ClusterOptions {
  /** The store that the nodes share. */
  readonly store: string;
  readonly clock: Clock;
  readonly chance: Chance;
  /** How often a node says that it lives, ms. */
  readonly beatMs: number;
  /** A node that is silent this long, and yet connected, is held for dead, ms. */
  readonly deadMs: number;
  readonly log: ClusterLog;
  readonly limits?: Partial<LineLimits>;
}

/** One line to the operator. */
export interface ClusterLog {
  info(about: object, text: string): void;
  warn(about: object, text: string): void;
}

/** The part of the engine that is told what it serves no more. */
type ServingSystem = Pick<System, 'release' | 'abandon'>;

/** Hears that the view has changed. */
export type ViewListener = (view: View, before: View) => void;

const lineLimits: LineLimits = { inFlight: 32_768, untaken: 32 * 1024 * 1024, silenceMs: 4_000 };
/**
 * How long a dead node's word stays in the table, ms: one that was paused or cut off for less reads there that it was
 * deposed.
 */
const FORGET_MS = 3_600_000;
/** How often actors that others serve are let go, ms; they come when somebody's view is behind. */
const TIDY_MS = 3_000;
/** What was decided is given this long to be stored when all is handed over, ms. */
const HAND_OVER_MS = 3_000;

export class Cluster {
  /** Names this start of this node; never used twice. */
  readonly self: string;
  readonly transport: Transport;
  readonly placement: Placement;
  readonly names: Names;
  private readonly members: Members;
  private readonly line: Line;
  private readonly viewListeners: ViewListener[] = [];
  private readonly gainListeners: ((shards: readonly ShardRange[]) => void)[] = [];
  private readonly backListeners: (() => void)[] = [];
  private readonly timers = new Map<string, () => void>();
  private node: ClusterNode | undefined;
  private system: ServingSystem | undefined;
  private blind = false;

  private constructor(
    private readonly bus: Bus,
    private readonly options: ClusterOptions,
  ) {
    const { clock, chance, beatMs, deadMs, store } = options;
    this.self = chance.id();
    this.names = namesOf(store);
    const { self, names } = this;
    this.members = new Members({
      ...{ self, clock, beatMs, table: new Table(bus.commands, names) },
      limits: { deadMs, deafMs: 2 * beatMs, stepMs: 2 * beatMs, forgetMs: FORGET_MS },
      hears: () => bus.listener.ready,
      changed: (view, before) => {
        this.changed(view, before);
      },
      deposed: () => {
        this.deposed();
      },
      contact: (there) => {
        this.contact(there);
      },
    });
    this.line = new Line({
      ...{ self, clock, limits: { ...lineLimits, ...options.limits } },
      publish: (node, text) => bus.commands.publish(names.node(node), text),
      serve: (request) => this.node?.serve(request) ?? Promise.resolve(unstored('unavailable', 'the node starts')),
      deaf: () => {
        this.members.hurry();
      },
      failed: (error) => {
        options.log.warn({ err: error }, 'a request of another node failed');
      },
    });
    this.transport = (local) => {
      const ownerOf = (...[actor]: Parameters<View['ownerOf']>) => this.members.view.ownerOf(actor);
      const cutOffSince = () => this.members.cutOffSince;
      this.node = new ClusterNode(local, { self, clock, chance, line: this.line, ownerOf, cutOffSince });
      return this.node;
    };
    this.placement = {
      shards: () => (this.system ? this.members.view.shardsOf(self) : []),
      onGained: (listener) => {
        this.gainListeners.push(listener);
      },
    };
  }

  /** Hears what is sent to this node. The bus is this cluster's from now on, and ends with it. */
  static async open(bus: Bus, options: ClusterOptions): Promise<Cluster> {
    const cluster = new Cluster(bus, options);
    const { names, self, line, members } = cluster;
    bus.listener.on('message', (channel: string, text: string) => {
      if (channel === names.all) members.hurry();
      else if (channel === names.node(self)) line.heard(text);
    });
    // What was on its way to a connection that broke is lost.
    bus.listener.onClose(() => {
      members.deafened();
    });
    await bus.listener.subscribe([names.all, names.node(self)]);
    return cluster;
  }

  get view(): View {
    return this.members.view;
  }

  /** Requests to other nodes that wait for a reply. */
  get inFlight(): number {
    return this.line.inFlight;
  }

  /** Redis answers. */
  get contacted(): boolean {
    return this.members.cutOffSince === undefined;
  }

  onView(listener: ViewListener): void {
    this.viewListeners.push(listener);
  }

  /**
   * Called when Redis answers again, and when others served this node's actors: what was told meanwhile may be lost.
   */
  onBack(listener: () => void): void {
    this.backListeners.push(listener);
  }

  /** Finds the other nodes. Until this one takes its place among them they serve what it is asked for. */
  async meet(system: ServingSystem): Promise<void> {
    this.system = system;
    await this.members.meet();
  }

  /** The node takes its place and begins to serve its shards. */
  async join(): Promise<void> {
    await this.members.join();
    this.gained(this.view.shardsOf(this.self));
    this.every('tidy', TIDY_MS, () => {
      void this.system?.release((actor) => this.view.ownerOf(actor) !== this.self);
    });
  }

  /**
   * Whether this node cannot reach the store. Then the others serve its shards, as long as one of them can; what it has
   * under way is given up, and asked of them (ENGINE 6: nobody is told anything).
   */
  async setBlind(blind: boolean): Promise<void> {
    const { log } = this.options;
    if (blind) log.warn({ self: this.self }, 'the store does not answer this node: the others serve its actors');
    else log.info({ self: this.self }, 'the store answers this node again');
    this.blind = blind;
    await this.members.setBlind(blind);
  }

  /** Hands all actors over to the other nodes; resolves when those know. Does nothing on a node that is alone. */
  async leave(): Promise<void> {
    if (this.view.nodes.length < 2 || !this.system) return;
    this.node?.leave();
    // First what was decided is stored, so that the new owners find all of it.
    const late = new Promise<void>((resolve) => this.options.clock.after(HAND_OVER_MS, resolve));
    await Promise.race([this.system.release(() => true), late]);
    await this.members.leave();
  }

  /** The engine has stopped. */
  close(): Promise<void> {
    this.members.stop();
    for (const disarm of this.timers.values()) disarm();
    this.line.close();
    this.bus.close();
    return Promise.resolve();
  }

  private changed(view: View, before: View): void {
    const { log } = this.options;
    log.info({ nodes: view.nodes, self: this.self }, 'the nodes of the cluster have changed');
    const alive = new Set(view.nodes);
    this.line.cut((node) => !alive.has(node));
    if (this.system) {
      const elsewhere = (actor: ActorId): boolean => view.ownerOf(actor) !== this.self;
      if (this.blind) this.system.abandon(elsewhere);
      else void this.system.release(elsewhere);
      this.gained(view.gainedBy(this.self, before));
    }
    this.node?.moved();
    for (const listener of this.viewListeners) listener(view, before);
  }

  /** Others served this node's actors for a while: what is in memory may be old. */
  private deposed(): void {
    this.options.log.warn({ self: this.self }, 'the other nodes held this one for dead; it begins anew');
    // Read anew, the actors know what the others did.
    void this.system
      ?.release(() => true)
      .then(() => {
        this.back();
      });
  }

  private contact(there: boolean): void {
    if (there) {
      this.back();
      return;
    }
    this.options.log.warn({ self: this.self }, 'Redis does not answer: actors of other nodes cannot be reached');
    this.line.cut(() => true);
  }

  private back(): void {
    for (const listener of this.backListeners) listener();
  }

  private gained(shards: readonly ShardRange[]): void {
    if (shards.length > 0) for (const listener of this.gainListeners) listener(shards);
  }

  private every(name: string, ms: number, run: () => void): void {
    this.timers.set(
      name,
      this.options.clock.after(ms, () => {
        run();
        this.every(name, ms, run);
      }),
    );
  }
}
