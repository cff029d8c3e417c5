/**
 * The stage over a store: the engine decides, writes and delivers, on a clock in the test's hand; what the stage shows
 * (state, entries, books, pushes) is made of what the store took.
 */
import { setImmediate as settled } from 'node:timers/promises';

import type { AnyDefinition } from '../../src/actors/runtime/definition.js';
import type { Node } from '../../src/actors/runtime/node.js';
import { createSystem, type System } from '../../src/actors/runtime/system.js';
import type { ActorId, Entry, Json, Outcome, Store } from '../../src/store/ports.js';
import { allOf, journalWith } from './journal.js';
import { Stage, type Effects } from './stage.js';
import { seeded, seededChance, VirtualClock } from './virtual-clock.js';

/** The engine looks after memory and for forgotten promises this rarely, ms: each look is a question to the store. */
const SELDOM_MS = 1e9;

export class StoredStage extends Stage {
  private readonly clock: VirtualClock;
  private readonly system: System;
  private node: Node | undefined;
  /** Calls that the store has been asked, and has answered. */
  private readonly calls = { begun: 0, ended: 0 };
  private asked = 0;
  private readonly problems: unknown[] = [];

  constructor(
    private readonly store: Store,
    definitions: readonly AnyDefinition[],
    now: number | undefined,
    effects: Effects,
    seed: number,
  ) {
    super(definitions, now, effects);
    this.clock = new VirtualClock(this.now);
    const journal = journalWith(store.journal, {
      append: async (items) => {
        const results = await store.journal.append(items);
        results.forEach(({ state }, i) => {
          if (state !== 'stored') throw new Error(`an entry is ${state}`);
          this.fold(items[i]!.entry);
        });
        return results;
      },
    });
    this.system = createSystem({
      store: {
        ...store,
        journal: this.counted(journal),
        snapshots: this.counted(store.snapshots),
        views: this.counted(store.views),
      },
      definitions,
      effects: Object.fromEntries(
        Object.entries(effects).map(([name, effect]) => [name, async (...given) => effect(...dropSignal(given))]),
      ),
      clock: this.clock,
      transport: (local) => (this.node = local),
      chance: seededChance(seeded(seed)),
      limits: { wakeMs: SELDOM_MS, keeperMs: SELDOM_MS },
      strict: true,
      failed: (error) => {
        throw error;
      },
      report: ({ text, error }) => this.problems.push(error ?? new Error(text)),
    });
  }

  override async ask(
    to: ActorId,
    type: string,
    input: Json,
    caller: string,
    id = `c${++this.asked}`,
  ): Promise<Outcome> {
    // With a slash: a message of an actor that is not on the stage.
    const message = { id, from: caller as ActorId, to, type, input, due: this.now, hop: 1 };
    const answering = id.includes('/') ? this.node?.deliver(message) : this.system.ask({ to, type, input, caller, id });
    await this.quiet();
    const answer = await answering;
    if (!answer || 'unstored' in answer) throw new Error(`${type}: ${answer?.unstored.message ?? 'no node'}`);
    return answer.value.outcome;
  }

  override async advance(ms: number): Promise<void> {
    const until = this.now + ms;
    for (let next = this.clock.next; this.now + next <= until; next = this.clock.next) await this.step(next);
    await this.step(until - this.now);
  }

  /** Ends the engine in order; gives all that the store holds then, and closes it. */
  async end(): Promise<Entry[]> {
    const stopping = this.system.stop();
    await this.quiet();
    await stopping;
    const entries: Entry[] = [];
    for await (const entry of allOf(this.store.journal)) entries.push(entry);
    await this.store.close();
    return entries;
  }

  private async step(ms: number): Promise<void> {
    await this.clock.advance(ms);
    this.now += ms;
    await this.quiet();
  }

  /** Until all that is due has been done, and the store has answered whatever it was asked. */
  private async quiet(): Promise<void> {
    const { calls } = this;
    for (let before = -1; before < calls.begun || calls.ended < calls.begun || this.clock.next === 0;) {
      before = calls.begun;
      await this.clock.advance(0);
      while (calls.ended < calls.begun) await settled();
      await settled();
    }
    if (this.problems.length > 0) throw this.problems[0];
  }

  /** A port whose calls are counted until they are answered. */
  private counted<T extends object>(port: T): T {
    const { calls } = this;
    return new Proxy(port, {
      get(target, name) {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return (...given: unknown[]): unknown => {
          const answer: unknown = Reflect.apply(method, target, given);
          if (!(answer instanceof Promise)) return answer;
          calls.begun++;
          return answer.finally(() => {
            calls.ended++;
          });
        };
      },
    });
  }
}

function dropSignal([type, input, id]: readonly [string, Json, string, ...unknown[]]): [string, Json, string] {
  return [type, input, id];
}
