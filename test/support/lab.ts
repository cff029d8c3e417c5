/**
 * The engine on a bench: a small actor kind, the simulated store, a clock in the test's hand.
 */
import type { Committed } from '../../src/actors/runtime/committed.js';
import { defineActor, refuse, type Message, type Reply } from '../../src/actors/runtime/definition.js';
import type { Answer, Push, Unstored } from '../../src/actors/runtime/engine.js';
import type { SystemOptions } from '../../src/actors/runtime/options.js';
import type { Problem } from '../../src/actors/runtime/problems.js';
import { createSystem, engineCollections, type System } from '../../src/actors/runtime/system.js';
import type { ActorId, Entry, Journal, Json, Outcome, StoreFailed } from '../../src/store/ports.js';
import { SimulatedStore, type SimulatedHandle } from '../../src/store/simulated/index.js';
import { journalWith, whole } from './journal.js';
import { seeded, seededChance, VirtualClock } from './virtual-clock.js';

export interface TallyState {
  sum: number;
  log: string[];
}

export interface TallyCommands {
  /** Adds; refuses to fall below zero. */
  add: { input: { by: number }; reply: { sum: number } };
  /** Sends messages as they are given. */
  send: { input: { messages: Message[]; closes?: string[] }; reply: null };
  /** Remembers a reply. */
  heard: { input: Reply; reply: null };
  /** Remembers that a message or a timer came. */
  note: { input: { text: string }; reply: { log: number } };
  explode: { input: object; reply: null };
  rot: { input: object; reply: null };
  when: { input: object; reply: { now: number; id: string } };
  /** Passes the ball on to another tally, for ever. */
  relay: { input: { to: ActorId }; reply: null };
}

export interface TallyEvents {
  added: { by: number; sum: number };
  noted: { text: string };
  rotten: object;
}

export interface TallyReads {
  sum: { input: object; reply: number };
  log: { input: object; reply: string[] };
}

/** Adds up, sends what it is told to send, and breaks when it is asked to. */
export const tally = defineActor<TallyState, TallyCommands, TallyEvents, TallyReads>({
  kind: 'tally',
  version: 1,
  initial: () => ({ sum: 0, log: [] }),
  decide: {
    add: (state, { by }) => {
      const sum = state.sum + by;
      if (sum < 0) return refuse('bad_input', 'by must not take the sum below zero', { sum: state.sum });
      return { reply: { sum }, events: [{ type: 'added', data: { by, sum } }] };
    },
    send: (_, { messages, closes = [] }) => ({ reply: null, send: messages, closes }),
    heard: (_, { outcome, note }) => ({
      reply: null,
      events: [{ type: 'noted', data: { text: `heard ${JSON.stringify([outcome, note])}` } }],
    }),
    note: (state, { text }, { now }) => ({
      reply: { log: state.log.length + 1 },
      events: [{ type: 'noted', data: { text: text === 'when' ? `at ${now}` : text } }],
    }),
    explode: () => {
      throw new Error('decide failed on purpose');
    },
    rot: () => ({ reply: null, events: [{ type: 'rotten', data: {} }] }),
    when: (_, __, { now, id }) => ({ reply: { now, id: id('x') } }),
    relay: (_, { to }, { self }) => ({
      reply: null,
      send: [{ to, type: 'relay', input: { to: self } }],
    }),
  },
  evolve: {
    added: (state, { sum }) => {
      state.sum = sum;
    },
    noted: (state, { text }) => {
      state.log.push(text);
    },
    rotten: () => {
      throw new Error('evolve failed on purpose');
    },
  },
  reads: { sum: ({ sum }) => sum, log: ({ log }) => [...log] },
  push: { added: ({ sum }) => [{ channel: 'sum', name: 'sum', data: { sum } }] },
  rows: { added: ({ sum }, _, { self }) => [{ collection: 'tallies', id: self, fields: { sum } }] },
  collections: ['tallies'],
});

type Options = Partial<Omit<SystemOptions, 'store' | 'clock'>> & {
  readonly clock?: VirtualClock;
  readonly seed?: number;
};

export class Lab {
  readonly clock: VirtualClock;
  readonly store: SimulatedStore;
  readonly problems: Problem[] = [];
  readonly pushes: Push[] = [];
  readonly failures: StoreFailed[] = [];
  handle: SimulatedHandle;
  system: System;
  private asked = 0;

  constructor(private readonly options: Options = {}) {
    this.clock = options.clock ?? new VirtualClock();
    const random = seeded(options.seed ?? 1);
    this.store = new SimulatedStore({
      clock: this.clock,
      random,
      collections: [...engineCollections, { name: 'tallies', indexes: [{ name: 'sum', fields: ['sum'] }] }],
    });
    this.handle = this.store.open();
    this.system = this.begin();
  }

  /** One more system on the same store, as another node that believes it owns everything. */
  begin(handle = this.handle, more: Partial<Omit<SystemOptions, 'store'>> = {}): System {
    const system = createSystem({
      definitions: [tally],
      clock: this.clock,
      chance: seededChance(seeded(Math.trunc(this.clock.now()) + this.asked++)),
      report: (problem) => this.problems.push(problem),
      failed: (error) => this.failures.push(error),
      strict: true,
      ...this.options,
      ...more,
      store: handle,
    });
    system.onPush((push) => this.pushes.push(push.value));
    return system;
  }

  /** The process dies and another one starts on the same store. */
  crash(more: Options = {}): void {
    this.handle.crash();
    this.handle = this.store.open();
    this.system = this.begin(this.handle, more);
  }

  /** Asks without waiting. */
  send(to: ActorId, type: string, input: Json = {}, id = `c${++this.asked}`, caller = 'driver:dr_1') {
    return this.system.ask({ to, type, input, caller, id });
  }

  /** Asks, and runs the clock until the answer is there. */
  async ask(to: ActorId, type: string, input: Json = {}, id?: string, caller?: string): Promise<Heard> {
    return heard(await this.clock.settle(this.send(to, type, input, id, caller)));
  }

  async read(actor: ActorId, name: string): Promise<Json> {
    const answer = heard(await this.clock.settle(this.system.read(actor, name, {}, 'driver:dr_1')));
    if (!answer.ok) throw new Error(answer.code);
    return answer.value;
  }

  async entries(actor: ActorId): Promise<readonly Entry[]> {
    return (await this.clock.settle(this.handle.journal.read(actor, 0, 10_000))).map(whole);
  }
}

/** A handle whose journal does some things differently. */
export function withJournal(handle: SimulatedHandle, changed: Partial<Journal>): SimulatedHandle {
  return { ...handle, journal: journalWith(handle.journal, changed) };
}

/** An answer, laid flat. */
export type Heard =
  | { readonly ok: true; readonly value: Json; readonly seq: number }
  | { readonly ok: false; readonly code: string; readonly stored: boolean; readonly retryAfterMs: number | undefined };

export function heard(answer: Committed<Answer> | Unstored): Heard {
  if ('unstored' in answer) {
    const { code, retryAfterMs } = answer.unstored;
    return { ok: false, code, stored: false, retryAfterMs };
  }
  const { outcome, seq } = answer.value;
  const flat = (o: Outcome): Heard =>
    o.ok
      ? { ok: true, value: o.value, seq }
      : { ok: false, code: o.error.code, stored: true, retryAfterMs: o.error.retryAfterMs };
  return flat(outcome);
}
