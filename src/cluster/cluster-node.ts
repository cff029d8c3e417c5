/**
 * The way to whoever serves an actor: this node, or another over the line.
 *
 *   R4  what is tried again is tried with the same command id
 *   R7  placement is a hint: what comes from another node is done here, whatever this node's own view says
 *
 * An actor that moves is refused as `unavailable`. Commands and reads are tried again until it has arrived, so that a
 * hand-over or a failover is a pause and not an error. Messages between actors are not: their sender does that itself.
 */
import type { Chance, Clock } from '../actors/runtime/clock.js';
import { arrived, type Carried, type Committed } from '../actors/runtime/committed.js';
import type { Answer, Ask, Missed, ReadAnswer, Unstored } from '../actors/runtime/engine.js';
import type { Delivery, Node } from '../actors/runtime/node.js';
import { unstored } from '../actors/runtime/problems.js';
import { isActorId, splitStream } from '../actors/runtime/streams.js';
import type { ActorId, Json } from '../store/ports.js';
import { unreachable, type Line } from './line.js';
import type { Reply, Request } from './wire.js';

export interface ClusterNodeOptions {
  readonly self: string;
  readonly line: Pick<Line, 'request'>;
  readonly ownerOf: (actor: ActorId) => string;
  /** Since when no other node can be reached, ms UTC; undefined while they can. */
  readonly cutOffSince: () => number | undefined;
  readonly clock: Clock;
  readonly chance: Pick<Chance, 'random'>;
}

/** An actor that moves is waited for as long as this, ms: longer than a dead node goes unnoticed. */
const PATIENCE_MS = 6_000;
/** Cut off from Redis for longer than this, a node does not wait for others, ms. */
const CUT_OFF_MS = 1_000;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 300;

export class ClusterNode implements Node {
  /** The node hands its actors over: others must look for them elsewhere. */
  private leaving = false;
  /** Those who wait for an actor that moves. */
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly local: Node,
    private readonly options: ClusterNodeOptions,
  ) {}

  ask(ask: Ask): Promise<Committed<Answer> | Unstored> {
    const { deadline, ...what } = ask;
    return this.insist(ask.to, () => this.local.ask(ask), { ask: what }, deadline);
  }

  read(actor: ActorId, name: string, input: Json, caller: string): Promise<Committed<ReadAnswer> | Unstored> {
    const here = () => this.local.read(actor, name, input, caller);
    return this.insist(actor, here, { read: { actor, name, input, caller } });
  }

  missed(stream: string, after: number): Promise<Committed<Missed> | Unstored> {
    const here = () => this.local.missed(stream, after);
    const parts = splitStream(stream);
    return parts ? this.insist(parts.actor, here, { missed: { stream, after } }) : here();
  }

  promise(actor: ActorId, id: string, again: boolean): Promise<Committed<ReadAnswer> | Unstored> {
    return this.insist(actor, () => this.local.promise(actor, id, again), { promise: { actor, id, again } });
  }

  deliver(delivery: Delivery): Promise<Committed<Answer> | Unstored> {
    const owner = this.options.ownerOf(delivery.to);
    if (owner === this.options.self) return this.local.deliver(delivery);
    return this.there(owner, { deliver: delivery }, Infinity);
  }

  /** What another node asks for is done here. */
  serve(request: Request): Promise<Reply> {
    if (this.leaving) return Promise.resolve(unstored('unavailable', 'the node hands its actors over'));
    const { local } = this;
    if ('ask' in request) {
      const { ask, leftMs } = request;
      return local.ask(leftMs === undefined ? ask : { ...ask, deadline: this.options.clock.now() + leftMs });
    }
    if ('deliver' in request) return local.deliver(request.deliver);
    if ('missed' in request) return local.missed(request.missed.stream, request.missed.after);
    const { actor } = 'promise' in request ? request.promise : request.read;
    if (!isActorId(actor)) return Promise.resolve(unstored('bad_input', 'actor: must be <kind>:<key>'));
    if ('promise' in request) return local.promise(actor, request.promise.id, request.promise.again);
    const { name, input, caller } = request.read;
    return local.read(actor, name, input, caller);
  }

  /** From now on nothing is done here for other nodes. */
  leave(): void {
    this.leaving = true;
  }

  /** Actors have other owners now: who waits for one asks there at once. */
  moved(): void {
    for (const wake of [...this.waiting]) wake();
  }

  private async insist<T>(
    actor: ActorId,
    here: () => Promise<Committed<T> | Unstored>,
    request: Request,
    deadline = Infinity,
  ): Promise<Committed<T> | Unstored> {
    const { self, clock, chance, ownerOf, cutOffSince } = this.options;
    const until = Math.min(deadline, clock.now() + PATIENCE_MS);
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      const owner = ownerOf(actor);
      const reply = await (owner === self && !this.leaving ? here() : this.there<T>(owner, request, deadline));
      if (!('unstored' in reply)) return reply;
      const { code } = reply.unstored;
      const moves = code === 'unavailable' || (code === 'stopping' && owner !== self);
      const wait = pause * (0.5 + chance.random() / 2);
      // Cut off for longer than a moment: whoever asks can do so elsewhere.
      const cutOff = owner === self ? undefined : cutOffSince();
      if (!moves || clock.now() + wait >= Math.min(until, (cutOff ?? Infinity) + CUT_OFF_MS)) return reply;
      await this.pause(wait);
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        disarm();
        this.waiting.delete(wake);
        resolve();
      };
      const disarm = this.options.clock.after(ms, wake);
      this.waiting.add(wake);
    });
  }

  /** Another node runs this code too: what it sends is of the type that it was asked for. */
  private async there<T>(owner: string, request: Request, deadline: number): Promise<Committed<T> | Unstored> {
    const { line, cutOffSince, clock, self } = this.options;
    if (owner === self || cutOffSince() !== undefined) return unreachable(owner);
    const leftMs = deadline - clock.now();
    const timed = 'ask' in request && deadline !== Infinity ? { ...request, leftMs } : request;
    const reply = await line.request(owner, timed, leftMs);
    return 'unstored' in reply ? reply : arrived(reply as Carried<T>);
  }
}
