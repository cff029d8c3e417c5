/**
 * One simulated world: the real engine with the real actors on a virtual clock, over a store, a
 * network and a provider that fail as the seed says. The node crashes and comes back; people keep
 * asking with the same ids until they have an answer.
 */
import { actorCollections, actors } from '../../src/actors/index.js';
import type { ProviderWord } from '../../src/actors/payment/commands.js';
import type { Committed } from '../../src/actors/runtime/committed.js';
import type { Clock } from '../../src/actors/runtime/clock.js';
import type { Push } from '../../src/actors/runtime/engine.js';
import type { Problem } from '../../src/actors/runtime/problems.js';
import { createSystem, engineCollections, type System } from '../../src/actors/runtime/system.js';
import { defaultTerms } from '../../src/actors/terms.js';
import type { ActorId, Json, Outcome } from '../../src/store/ports.js';
import { SimulatedStore, type SimulatedHandle } from '../../src/store/simulated/index.js';
import { seeded, seededChance, VirtualClock } from '../support/virtual-clock.js';
import { storeChances, TICK_MS, WorldFaults } from './faults.js';
import { without, type Broken, type Guard } from './guards.js';
import { Ledger } from './ledger.js';
import { faultyRequest, faultyTransport, pause } from './network.js';
import { Provider } from './provider.js';

/** Somebody outside who hears nothing for up to this long asks again, ms. */
const PATIENCE_MS = 6000;
/** Codes of refusals that are no answer: ask again with the same id. */
const AGAIN = new Set(['overloaded', 'unavailable', 'stopping', 'too_late']);
/** A node is down for up to this long, ms. */
const DOWN_MS = 4000;

export class World {
  readonly clock = new VirtualClock();
  readonly faults: WorldFaults;
  readonly ledger = new Ledger();
  readonly problems: Problem[] = [];
  /** Every push that left, of whichever incarnation. */
  readonly heard: Push[] = [];
  readonly store: SimulatedStore;
  readonly provider: Provider;
  private readonly broken: Broken;
  private readonly chance;
  private readonly followers: ((push: Committed<Push>) => void)[] = [];
  private handle: SimulatedHandle | undefined;
  private running: System | undefined;
  private asked = 0;
  private ended = false;

  constructor(
    readonly seed: number,
    guard?: Guard,
  ) {
    this.broken = without(guard);
    this.faults = new WorldFaults(seeded(seed));
    this.chance = seededChance(seeded(seed + 0x5eed));
    this.store = new SimulatedStore({
      clock: this.clock,
      random: seeded(seed + 0xd15c),
      collections: [...engineCollections, ...actorCollections],
      rates: storeChances,
      ...(this.broken.store && { without: this.broken.store }),
    });
    this.provider = new Provider(this.clock, this.faults, (payment, word) => {
      void this.callBack(payment, word);
    });
    this.start();
    this.disturb();
  }

  /** The node that runs now, if one does. */
  get system(): System | undefined {
    return this.running;
  }

  /** A store handle that no fault strikes any more, for the audit. */
  get journal() {
    return this.store.open().journal;
  }

  /** Called with every push, whichever incarnation sends it. */
  onPush(follower: (push: Committed<Push>) => void): void {
    this.followers.push(follower);
  }

  /** Asks until there is an answer, always with the same id. */
  async ask(to: ActorId, type: string, input: Json, caller: string, id = `c${++this.asked}`): Promise<Outcome> {
    const commandId = `${caller}:${id}`;
    const request = async (): Promise<Outcome | 'again'> => {
      const { running } = this;
      const answer = await (running?.ask({ to, type, input, caller, id }) ?? new Promise<never>(() => undefined));
      if (!('unstored' in answer)) {
        const { outcome } = answer.value;
        this.ledger.heard({ actor: to, commandId, type, outcome });
        return outcome;
      }
      const refusal = this.broken.unstoredRefusal?.(commandId);
      if (refusal) {
        const outcome: Outcome = { ok: false, error: refusal };
        this.ledger.heard({ actor: to, commandId, type, outcome });
        return outcome;
      }
      if (!AGAIN.has(answer.unstored.code))
        this.ledger.violation(`${to} ${commandId} ${type}: ${answer.unstored.code}`);
      return AGAIN.has(answer.unstored.code) ? 'again' : { ok: false, error: answer.unstored };
    };
    for (;;) {
      const silence = pause(this.clock, 300 + this.faults.random() ** 2 * PATIENCE_MS).then((): 'again' => 'again');
      const answer = await Promise.race([faultyRequest(this.clock, this.faults, request), silence]);
      if (answer !== 'again') return answer;
      await pause(this.clock, 200 + this.faults.random() * 1000);
    }
  }

  /** Reads until there is an answer. */
  async read(actor: ActorId, name: string, input: Json, caller: string): Promise<Outcome> {
    for (;;) {
      const silence = pause(this.clock, PATIENCE_MS).then(() => undefined);
      const { running } = this;
      const answer = await Promise.race([running?.read(actor, name, input, caller) ?? silence, silence]);
      if (answer && !('unstored' in answer)) return answer.value.outcome;
      await pause(this.clock, 500);
    }
  }

  /** No fault strikes any more; what is open comes to its end. */
  async heal(): Promise<void> {
    this.ended = true;
    this.faults.healed = true;
    for (const fault of Object.keys(storeChances) as (keyof typeof storeChances)[]) this.store.faults.rates[fault] = 0;
    if (!this.running) this.start();
    await this.clock.advance(4 * 3_600_000);
    // Snapshots of all that is in memory: the audit compares them with what the entries say.
    if (this.running) await this.clock.settle(this.running.stop());
  }

  /** A fresh start on the same store: nothing but what is durable is known. */
  restart(): System {
    this.handle?.crash();
    return this.start();
  }

  private start(): System {
    const { clock, broken, faults } = this;
    const handle = this.store.open();
    this.handle = handle;
    const journal = broken.journal?.(handle.journal) ?? handle.journal;
    const definitions = actors(defaultTerms);
    const transport = faultyTransport(clock, faults);
    const alive = (): boolean => this.handle === handle;
    const system = createSystem({
      limits: { active: 12, recentIds: 3, keeperMs: 5000, wakeMs: 5000, retryAttempts: 60 },
      ...broken.options,
      store: { ...handle, journal },
      definitions: broken.definitions?.(definitions) ?? definitions,
      effects: { provider: (type, input) => this.provider.effect(type, input) },
      clock: mortal(clock, alive),
      chance: this.chance,
      transport: (local) => transport(broken.transport?.(local) ?? local),
      report: (problem) => this.problems.push(problem),
      failed: (error) => {
        this.ledger.violation(`the store failed: ${error.message}`);
      },
      strict: true,
    });
    system.onPush((push) => {
      this.heard.push(push.value);
      for (const follower of this.followers) follower(push);
    });
    this.running = system;
    return system;
  }

  /** Now and then the node crashes, with preference while a write is late, or its clock is set. */
  private disturb(lateBefore = 0): void {
    this.clock.after(TICK_MS, () => {
      if (this.ended) return;
      if (this.faults.strikes('clockForward')) this.clock.jump(this.faults.between(1000, 120_000));
      if (this.faults.strikes('clockBack')) this.clock.jump(-this.faults.between(1000, 120_000));
      const { late, lateWrite } = this.store.faults.counts;
      const fault = late + lateWrite > lateBefore ? 'crashOnLateWrite' : 'crash';
      if (this.running && this.faults.strikes(fault)) this.crash();
      this.disturb(late + lateWrite);
    });
  }

  private crash(): void {
    this.handle?.crash();
    this.handle = undefined;
    this.running = undefined;
    this.clock.after(this.faults.random() ** 4 * DOWN_MS, () => {
      if (!this.running) this.start();
    });
  }

  private async callBack(payment: string, word: ProviderWord): Promise<void> {
    await this.ask(`payment:${payment}`, 'confirm', word, 'provider:sandbox');
  }
}

/** The clock of one incarnation: nothing of a dead process runs any more. */
function mortal(clock: VirtualClock, alive: () => boolean): Clock {
  const after = (ms: number, run: () => void): (() => void) =>
    clock.after(ms, () => {
      if (alive()) run();
    });
  return { now: () => clock.now(), after, soon: (run) => void after(0, run) };
}
