/**
 * One simulated world: the real engine with the real actors on a virtual clock, on one machine or on several that are a
 * cluster, over a store, a network, a Redis and a provider that fail as the seed says. Machines crash and come back;
 * people keep asking, any machine, with the same ids until they have an answer.
 */
import { actorCollections, actors } from '../../src/actors/index.js';
import type { ProviderWord } from '../../src/actors/payment/commands.js';
import type { Committed } from '../../src/actors/runtime/committed.js';
import type { AnyDefinition } from '../../src/actors/runtime/definition.js';
import type { Answer, Ask, Push, ReadAnswer, Unstored } from '../../src/actors/runtime/engine.js';
import type { Problem } from '../../src/actors/runtime/problems.js';
import { engineCollections, type System } from '../../src/actors/runtime/system.js';
import { defaultTerms, type Terms } from '../../src/actors/terms.js';
import type { ActorId, Entry, Json, Outcome } from '../../src/store/ports.js';
import { SimulatedStore } from '../../src/store/simulated/index.js';
import { whole } from '../support/journal.js';
import { seeded, seededChance, VirtualClock } from '../support/virtual-clock.js';
import { Archivist } from './archivist.js';
import { Disturber } from './disturber.js';
import { storeChances, WorldFaults, type AskedFaults } from './faults.js';
import type { Broken } from './breaks.js';
import type { Guard } from './guards.js';
import { Ledger } from './ledger.js';
import { Machine } from './machine.js';
import { faultyRequest, pause } from './network.js';
import { Provider } from './provider.js';
import { SimulatedRedis } from './redis.js';

/**
 * Sales and orders wait for their money for a short time: within the usual ones a clock is set here more often than
 * not, and what is paid at the last moment by the one clock would come long before or after the timer of the other.
 */
export const terms: Terms = { ...defaultTerms, saleExpiryMs: 40_000, restockExpiryMs: 120_000 };

/** Somebody outside who hears nothing for up to this long asks again, ms. */
const PATIENCE_MS = 6000;
/** Codes of refusals that are no answer: ask again with the same id. */
const AGAIN = new Set(['overloaded', 'unavailable', 'stopping', 'too_late']);
/** Nothing was heard. */
const SILENCE: Unstored = { unstored: { code: 'unavailable', message: 'nobody answers' } };
/** The cluster finds itself again, and does most of what was left to do, within this, ms. */
const TOGETHER_MS = 180_000;
/** The last node knows that the others have gone after this, ms. */
const GONE_MS = 10_000;
/** What is open has come to its end after this, ms. */
const END_MS = 2 * 3_600_000;

export class World {
  readonly clock = new VirtualClock();
  readonly faults: WorldFaults;
  readonly ledger = new Ledger();
  readonly problems: Problem[] = [];
  /** Every push that left, of whichever process. */
  readonly heard: Push[] = [];
  readonly store: SimulatedStore;
  readonly provider: Provider;
  readonly machines: readonly Machine[];
  /** The business as it is played here. */
  readonly definitions: readonly AnyDefinition[];
  private readonly broken: Broken;
  readonly archivist: Archivist;
  private readonly disturber: Disturber;
  private readonly followers: ((push: Committed<Push>) => void)[] = [];
  private asked = 0;

  constructor(
    readonly seed: number,
    readonly nodes: number,
    guard?: Guard,
    /** Absent: faults are drawn from the seed. */
    asked?: AskedFaults,
  ) {
    this.broken = guard?.broken() ?? {};
    const sound = actors(terms);
    this.definitions = this.broken.definitions?.(sound) ?? sound;
    this.faults = asked ?? new WorldFaults(seeded(seed));
    const { clock, faults, broken } = this;
    this.store = new SimulatedStore({
      clock,
      random: seeded(seed + 0xd15c),
      collections: [...engineCollections, ...actorCollections],
      rates: asked ? {} : storeChances(nodes),
      apart: nodes > 1,
      ...(broken.store && { without: broken.store }),
    });
    this.provider = new Provider(clock, faults, (payment, word) => {
      void this.callBack(payment, word);
    });
    const redis =
      nodes > 1 ? new SimulatedRedis(clock, faults, (from, to) => this.disturber.areApart(from, to)) : undefined;
    const chance = seededChance(seeded(seed + 0x5eed));
    this.machines = Array.from({ length: nodes }, (_, index) => {
      return new Machine(index, {
        ...{ clock, faults, broken, chance, definitions: this.definitions, store: this.store, ...(redis && { redis }) },
        system: {
          effects: { provider: (type, input) => this.provider.effect(type, input) },
          report: (problem) => this.problems.push(problem),
          failed: (error) => {
            this.ledger.violation(`the store failed: ${error.message}`);
          },
        },
        begun: (system) => {
          this.listenTo(system);
        },
        violation: (what) => {
          this.ledger.violation(what);
        },
      });
    });
    this.archivist = new Archivist(clock, faults, this.store, this.definitions, broken);
    this.disturber = new Disturber(clock, faults, this.store, this.machines, redis, this.archivist);
    for (const machine of this.machines) machine.start();
  }

  /** Everything that was stored, over a way that no fault strikes any more; what was archived of its files. */
  async entries(): Promise<readonly Entry[]> {
    const entries: Entry[] = [];
    for await (const entry of this.archivist.whole(this.store.open().journal.scan())) entries.push(whole(entry));
    return entries;
  }

  /** Called with every push, whichever process sends it. */
  onPush(follower: (push: Committed<Push>) => void): void {
    this.followers.push(follower);
  }

  /** Asks until there is an answer, always with the same id. */
  async ask(to: ActorId, type: string, input: Json, caller: string, id = `c${++this.asked}`): Promise<Outcome> {
    const answer = await this.insist({ to, type, input, caller, id });
    return 'unstored' in answer ? { ok: false, error: answer.unstored } : answer.value.outcome;
  }

  /** The same, with the answer's proof. */
  async insist(ask: Ask): Promise<Committed<Answer> | Unstored> {
    const { to, type, caller } = ask;
    const commandId = `${caller}:${ask.id}`;
    const patience = 300 + this.faults.random() ** 2 * PATIENCE_MS;
    const heard = (outcome: Outcome): void => {
      this.ledger.heard({ actor: to, commandId, type, outcome });
    };
    const request = async (): Promise<Committed<Answer> | Unstored> => {
      const answer = await this.reach((system, now) => system.ask({ ...ask, deadline: now + patience }));
      if (!('unstored' in answer)) {
        heard(answer.value.outcome);
        return answer;
      }
      const refusal = this.broken.unstoredRefusal?.(commandId);
      if (refusal) heard({ ok: false, error: refusal });
      else if (!AGAIN.has(answer.unstored.code))
        this.ledger.violation(`${to} ${commandId} ${type}: ${answer.unstored.code}`);
      return refusal ? { unstored: refusal } : answer;
    };
    for (;;) {
      const silence = pause(this.clock, patience).then((): Unstored => SILENCE);
      const answer = await Promise.race([faultyRequest(this.clock, this.faults, request), silence]);
      if (!('unstored' in answer) || !AGAIN.has(answer.unstored.code)) return answer;
      await pause(this.clock, 200 + this.faults.random() * 1000);
    }
  }

  /** Reads until there is an answer. */
  async read(actor: ActorId, name: string, input: Json, caller: string): Promise<Outcome> {
    const answer = await this.look(actor, name, input, caller);
    return answer.value.outcome;
  }

  /** The same, with the answer's proof. */
  async look(actor: ActorId, name: string, input: Json, caller: string): Promise<Committed<ReadAnswer>> {
    for (;;) {
      const silence = pause(this.clock, PATIENCE_MS).then((): Unstored => SILENCE);
      const answer = await Promise.race([this.reach((system) => system.read(actor, name, input, caller)), silence]);
      if (!('unstored' in answer)) return answer;
      await pause(this.clock, 500);
    }
  }

  /** No fault strikes any more; what is open comes to its end. */
  async heal(): Promise<void> {
    this.faults.healed = true;
    Object.assign(this.store.faults.rates, none(this.store.faults.rates));
    this.disturber.heal();
    const [last, ...others] = this.machines;
    if (others.length > 0) await this.clock.advance(TOGETHER_MS);
    for (const machine of others) await this.clock.settle(machine.drain().drained);
    if (others.length > 0) await this.clock.advance(GONE_MS);
    if (last) await this.clock.settle(last.part());
    await this.clock.advance(END_MS);
    // Snapshots of all that is in memory: the audit compares them with what the entries say.
    if (last) await this.clock.settle(last.drain().drained);
  }

  /** Some machine, as a balancer would choose it: one whose process runs. Never settles when the process dies. */
  private reach<T>(request: (system: System, now: number) => Promise<T>): Promise<T> {
    const up = this.machines.filter((machine) => machine.up);
    if (up.length === 0) return new Promise<never>(() => undefined);
    return new Promise<T>((resolve, reject) => {
      this.faults.pick(up).enter((system, now) => {
        request(system, now).then(resolve, reject);
      });
    });
  }

  private listenTo(system: System): void {
    system.onPush((push) => {
      this.heard.push(push.value);
      for (const follower of this.followers) follower(push);
    });
  }

  private async callBack(payment: string, word: ProviderWord): Promise<void> {
    await this.ask(`payment:${payment}`, 'confirm', word, 'provider:sandbox');
  }
}

function none(rates: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.keys(rates).map((fault) => [fault, 0]));
}
