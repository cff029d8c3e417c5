/**
 * Plays a list of operations in a world that has no chance of its own: the same seed and list give the same trace, so a
 * list can be made smaller. After it all is mended, comes to rest and is audited.
 */
import type { Caller } from '../../../src/gateway/contract/declare.js';
import { ackOf } from '../../../src/gateway/answer.js';
import { contract, type Contract } from '../../../src/gateway/contract/index.js';
import { errorsOf } from '../../../src/gateway/docs/about.js';
import type { Dispatcher } from '../../../src/gateway/dispatch.js';
import { kindOf } from '../../../src/actors/runtime/ids.js';
import type { ActorId, Entry, Json } from '../../../src/store/ports.js';
import { seeded } from '../../support/virtual-clock.js';
import { audit } from '../audit.js';
import { AskedFaults, possible } from '../faults.js';
import type { Guard } from '../guards.js';
import { pause } from '../network.js';
import { World } from '../world.js';
import { doorOf } from './door.js';
import type { Fields, Operation } from './operation.js';
import { partsOf, subjects, Town } from './town.js';

/** Who asks is told within this, or goes on without, ms. */
const PATIENCE_MS = 30_000;

export interface Played {
  readonly violations: readonly string[];
  readonly hash: string;
  /** Commands that actors decided, `<kind>.<type>`: those that they took, and those that they refused. */
  readonly taken: ReadonlySet<string>;
  readonly refused: ReadonlySet<string>;
  /** How often each fault struck. */
  readonly faults: Readonly<Record<string, number>>;
}

/** One request, as it may be made again. */
interface Request {
  readonly name: string;
  readonly id: string;
  readonly input: Json;
  readonly caller: Caller;
}

/** Where a list is played. */
export interface Stage {
  /** Of what is drawn while it is played. */
  readonly seed: number;
  readonly nodes: number;
  /** The rule that is broken. */
  readonly guard?: Guard;
}

export async function play(operations: readonly Operation[], { seed, nodes, guard }: Stage): Promise<Played> {
  const faults = new AskedFaults(seeded(seed));
  const world = new World(seed, nodes, guard, faults);
  const { clock, ledger } = world;
  const unhandled = (error: unknown): void => {
    ledger.violation(`nobody handles ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  };
  process.on('unhandledRejection', unhandled);
  let entries: readonly Entry[] = [];
  try {
    const player = new Player(world, faults);
    await clock.settle(player.settle());
    for (const operation of operations) await clock.settle(player.play(operation));
    await world.heal();
    await audit(world);
    entries = await clock.settle(world.entries());
    player.judge(entries);
  } catch (error) {
    ledger.violation(`the town did not come to rest: ${error instanceof Error ? error.message : String(error)}`);
  }
  process.off('unhandledRejection', unhandled);
  const decided = (ok: boolean) =>
    new Set(entries.filter(({ reply }) => reply.ok === ok).map(({ actor, type }) => `${kindOf(actor)}.${type}`));
  const struck = possible(nodes, faults.counts, world.store.faults.counts, world.provider.counts);
  return {
    violations: ledger.violations,
    hash: ledger.hash,
    taken: decided(true),
    refused: decided(false),
    faults: struck,
  };
}

class Player {
  private readonly town: Town;
  private readonly door: Dispatcher;
  private readonly requests: Request[] = [];
  /** `<actor> <command id>` of messages that were forged. */
  private readonly forged = new Set<string>();
  private asked = 0;

  constructor(
    private readonly world: World,
    private readonly faults: AskedFaults,
  ) {
    this.town = new Town(world);
    this.door = doorOf(world);
  }

  async settle(): Promise<void> {
    await this.town.settle();
    this.world.provider.behaviour = 'never';
    const input = { role: 'passenger', name: 'ann', password: 'password one' };
    await this.request('auth.signUp', input, 'guest', 'own');
  }

  async play(operation: Operation): Promise<void> {
    const { world } = this;
    if ('ask' in operation) {
      const { ask, input, role, whose, wait } = operation;
      await this.awaited(this.request(ask, input as Fields & Record<string, Json>, role, whose), wait);
    } else if ('again' in operation) {
      const before = this.requests.at(-1 - operation.again);
      if (before) await this.awaited(this.make(before), true);
    } else if ('forge' in operation) {
      await this.awaited(this.forge(operation.forge, operation.n, operation.by), true);
    } else if ('provider' in operation) {
      const payment = world.provider.payments.at(-1 - operation.n);
      if (payment !== undefined) world.provider.behave(payment, operation.provider);
    } else if ('presence' in operation) {
      const [type, connection] = [operation.presence === 'came' ? 'cameOnline' : 'wentOffline', 'c'];
      const input = type === 'cameOnline' ? { connection } : { connection, reason: 'lost' };
      await this.awaited(world.ask(operation.device as ActorId, type, input, 'system:presence'), true);
    } else if ('fault' in operation) {
      this.faults.ask(operation.fault, operation.times);
    } else if ('store' in operation) {
      const { rates } = world.store.faults;
      rates[operation.store] = 1;
      await pause(world.clock, operation.ms);
      rates[operation.store] = 0;
    } else await pause(world.clock, operation.ms);
  }

  /** What was forged must have changed nothing. */
  judge(entries: readonly Entry[]): void {
    for (const { actor, commandId, type, events, moves, outbox } of entries) {
      if (!this.forged.has(`${actor} ${commandId}`) || events.length + moves.length + outbox.length === 0) continue;
      this.world.ledger.violation(`${actor} took ${type} of ${commandId}, which was forged`);
    }
  }

  private request(name: string, said: Readonly<Record<string, Json>>, role: Caller['role'], whose: 'own' | number) {
    const { input, ...who } = this.town.resolve(name, said, role, whose);
    const caller: Caller = { role, address: '127.0.0.1', ...who };
    const request = { name, id: `o${++this.asked}`, input, caller };
    this.requests.push(request);
    return this.make(request);
  }

  private async make({ name, id, input, caller }: Request): Promise<void> {
    const made = this.door.dispatch(name, id, input, caller);
    const ack = 'refused' in made ? ({ ok: false, error: made.refused } as const) : ackOf(await made.asked);
    if (ack.ok) this.town.learn(name, input as Readonly<Record<string, Json>>, caller, ack.value);
    else if (!isDeclared(name, ack.error.code))
      this.world.ledger.violation(`${name} was refused as ${ack.error.code}, which its declaration does not name`);
  }

  /** Somebody says what an actor said to another; he may speak for that actor's client, and not for the actor. */
  private async forge(command: string, n: number, by: string | null): Promise<void> {
    const { world } = this;
    const copy = copyOf(await world.entries(), command, n);
    if (!copy) return;
    const id = `f${++this.asked}`;
    // Of a wallet, a payment or a provider there is no client; of a device there is one of the same name as its actor.
    const caller = by ?? (kindOf(copy.from) in subjects ? copy.from : 'provider:sandbox');
    this.forged.add(`${copy.to} ${caller}:${id}`);
    await world.ask(copy.to, copy.type, copy.input, caller, id);
  }

  private async awaited(request: Promise<unknown>, wait: boolean): Promise<void> {
    if (wait) await Promise.race([request, pause(this.world.clock, PATIENCE_MS)]);
    else await pause(this.world.clock, 1);
  }
}

/** Whether the pages say that a request may be refused so. */
function isDeclared(name: string, code: string): boolean {
  const declaration = (contract as Contract)[name];
  return declaration !== undefined && errorsOf(declaration).some((one) => one === code);
}

interface Copy {
  readonly to: ActorId;
  readonly from: ActorId;
  readonly type: string;
  readonly input: Json;
}

/** The n-th last of the messages and replies of this type that were ever sent. */
function copyOf(entries: readonly Entry[], command: string, n: number): Copy | undefined {
  const [kind, type] = partsOf(command);
  const replies = new Map(entries.map(({ actor, commandId, reply }) => [`${actor} ${commandId}`, reply]));
  const copies: Copy[] = [];
  for (const { actor, seq, outbox } of entries) {
    outbox.forEach(({ to, type: sent, input, reply, note = null }, i) => {
      if (kindOf(to) === kind && sent === type) copies.push({ to, from: actor, type, input });
      if (kindOf(actor) !== kind || reply !== type) return;
      const outcome = replies.get(`${to} ${actor}:${actor}/${seq}/${i}`) ?? { ok: true, value: null };
      copies.push({ to: actor, from: to, type, input: { from: to, outcome, note } as unknown as Json });
    });
  }
  return copies.at(-1 - n);
}
