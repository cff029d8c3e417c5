/**
 * The actors in this node's memory: found, or begun by reading their past. Each activation has an
 * epoch that is never used twice (ENGINE 8): the node's incarnation and a counter.
 *
 *   ENGINE 17  what an actor promised is seen to as soon as its past can be read
 *   ENGINE 21  who cannot read his past is parked; who is not told it now ends, and begins when he is asked again
 */
import { StoreFailed, type ActorId, type Store, type Wake } from '../../store/ports.js';
import { shardOf } from '../../store/shard.js';
import { Activation, type Host } from './activation.js';
import type { Clock } from './clock.js';
import type { AnyDefinition } from './definition.js';
import type { Unstored } from './engine.js';
import { Gate, NoWord, readPast } from './loading.js';
import { kindOf } from './ids.js';
import { Memory } from './memory.js';
import { holds, type Placement } from './node.js';
import type { Limits } from './options.js';
import { Outbox } from './outbox.js';
import { unstored, type Meters } from './problems.js';

/** What follows when an actor comes and goes. */
export interface ResidentsHost extends Omit<Host, 'load' | 'stopped'> {
  /** The activation is in memory no more. */
  left(activation: Activation): void;
}

/** Pause before an actor that was stopped with open promises begins again, ms. */
const REVIVE_MS = 1000;

export class Residents {
  private readonly activations = new Map<ActorId, Activation>();
  private readonly definitions: ReadonlyMap<string, AnyDefinition>;
  private readonly gate: Gate;
  private readonly host: Host;
  /** Actors that are to see to promises, and whose past is not read yet. */
  private readonly owing = new Set<ActorId>();
  private begun = 0;
  private closed = false;
  private waitingToLeave: (() => void)[] = [];

  constructor(
    private readonly store: Store,
    definitions: readonly AnyDefinition[],
    private readonly limits: Limits,
    private readonly clock: Clock,
    private readonly incarnation: string,
    private readonly placement: Placement,
    private readonly meters: Meters,
    private readonly outside: ResidentsHost,
  ) {
    this.definitions = new Map(definitions.map((definition) => [definition.kind, definition]));
    this.gate = new Gate(limits.loading);
    this.host = {
      ...outside,
      load: (activation) => {
        this.load(activation);
      },
      begun: (activation, rows) => {
        this.owing.delete(activation.id);
        outside.begun(activation, rows);
      },
      stopped: (activation) => {
        const { id, memory } = activation;
        this.forget(activation);
        if (memory.open.size > 0 || this.owing.has(id)) this.reviveLater(id);
      },
    };
  }

  /** All activations. */
  [Symbol.iterator](): IterableIterator<Activation> {
    return this.activations.values();
  }

  get count(): number {
    return this.activations.size;
  }

  /** Pasts that wait to be read. */
  get waiting(): number {
    return this.gate.waiting;
  }

  definition(kind: string): AnyDefinition | undefined {
    return this.definitions.get(kind);
  }

  /** The actor's activation, begun if there is none. */
  find(id: ActorId): Activation | Unstored {
    const there = this.activations.get(id);
    if (there) return there;
    const kind = kindOf(id);
    const definition = this.definitions.get(kind);
    if (!definition) return unstored('unknown_actor_kind', `there are no actors of kind ${kind}`);
    if (this.closed) return unstored('stopping', 'the node is being stopped');
    if (this.gate.waiting >= this.limits.waitingToLoad) {
      return unstored('overloaded', `${this.gate.waiting} actors wait to be read`, { retryAfterMs: 500 });
    }
    const {
      retryFirstMs: firstMs,
      retryLongestMs: longestMs,
      retrySilenceMs: silenceMs,
      retryAttempts: attempts,
    } = this.limits;
    const outbox = new Outbox({ firstMs, longestMs, silenceMs, attempts }, () => this.host.chance.random());
    const epoch = `${this.incarnation}.${(this.begun++).toString(36)}`;
    const activation = new Activation(id, epoch, new Memory(definition, id, this.limits.recentIds), outbox, this.host);
    this.activations.set(id, activation);
    this.load(activation);
    return activation;
  }

  /** A marker was found: its actor sees to what is due. Resolves when the past is read. */
  async wake(marker: Wake): Promise<void> {
    const wasHere = this.activations.has(marker.actor);
    const activation = this.summon(marker.actor);
    if (!activation) return;
    const own = activation.markers.meet(marker);
    await this.settled(activation);
    if (wasHere && !own) await this.compare(activation);
  }

  /**
   * A marker that another owner left may stand for an entry of his that came late, when the past was read here already:
   * then the past is read again, for nobody else sees to what that entry promised.
   */
  private async compare(activation: Activation): Promise<void> {
    const { id, memory, epoch } = activation;
    const entry = await this.host.findStored(id, memory.seq + 1);
    if (!entry || entry.value.epoch === epoch || !activation.sound) return;
    const text = `entry ${entry.value.seq} of ${id} came late, of owner ${entry.value.epoch}`;
    this.host.report({ what: 'foreign_owner', actor: id, text });
    this.owing.add(id);
    activation.stop();
  }

  /** Resolves when the activation has left `loading`. */
  async settled(activation: Activation): Promise<void> {
    while (activation.mode === 'loading') await this.gate.next();
  }

  forget(activation: Activation): void {
    if (this.activations.get(activation.id) === activation) this.activations.delete(activation.id);
    this.outside.left(activation);
    for (const resolve of this.waitingToLeave.splice(0)) resolve();
  }

  /** Lets go of actors that other nodes serve; resolves when those that are here now have left. */
  async release(which: (actor: ActorId) => boolean): Promise<void> {
    const leaving = [...this.activations.values()].filter(({ id }) => which(id));
    for (const activation of leaving) activation.release();
    for (const activation of leaving)
      while (this.activations.get(activation.id) === activation)
        await new Promise<void>((resolve) => this.waitingToLeave.push(resolve));
  }

  /** Lets go of actors at once; what of them is on its way to the store may still arrive (ENGINE 6). */
  abandon(which: (actor: ActorId) => boolean): void {
    for (const activation of [...this.activations.values()]) if (which(activation.id)) activation.stop();
  }

  /** No activation begins from now on; resolves when those that began have read their past. */
  async close(): Promise<void> {
    this.closed = true;
    for (const activation of this.activations.values()) await this.settled(activation);
  }

  private load(activation: Activation): void {
    const { id, memory } = activation;
    this.gate.enter(async () => {
      try {
        const past = await readPast(this.store, memory.definition, id, this.limits.recentIds);
        this.meters.activated(memory.definition.kind, past.entriesRead);
        activation.begin(past);
      } catch (error) {
        if (activation.mode !== 'loading') return;
        if (error instanceof NoWord) this.withoutWord(activation, error);
        else activation.park('its past cannot be read', error);
      }
    });
  }

  /** The store's silence says nothing of the actor: whoever asks again begins it anew. */
  private withoutWord(activation: Activation, { cause }: NoWord): void {
    const { id } = activation;
    const text = `the store has no word on the past of ${id}; it is read when somebody asks again`;
    // One that failed for good has said so, once for all (ENGINE 2).
    if (!(cause instanceof StoreFailed)) this.host.report({ what: 'store_slow', actor: id, error: cause, text });
    activation.stop(`the past of ${id} cannot be read now`);
  }

  /** The actor's activation, to see to its promises; tried again later where it cannot begin now (ENGINE 17). */
  private summon(id: ActorId): Activation | undefined {
    const activation = this.find(id);
    if ('unstored' in activation) {
      if (activation.unstored.code === 'overloaded') this.reviveLater(id);
      return undefined;
    }
    if (activation.mode === 'loading') this.owing.add(id);
    return activation;
  }

  private reviveLater(id: ActorId): void {
    this.clock.after(REVIVE_MS, () => {
      this.owing.delete(id);
      // Where another node serves the actor, that one finds its promises (ENGINE 17).
      if (!this.closed && holds(this.placement.shards(), shardOf(id))) this.summon(id);
    });
  }
}
