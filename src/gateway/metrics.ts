/**
 * What Prometheus reads. The engine and the doors count plain numbers (`engine`, `gateway`); the page
 * is made when it is asked for. One registry for each node, none for the process.
 */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

import type { Meters as EngineMeters } from '../actors/runtime/problems.js';
import type { Meters } from './meters.js';

/** Names of requests that are no declarations share one label, so a stranger cannot make series. */
const OTHER = 'other';

/** Milliseconds: a flush of the embedded store takes one to ten. */
const FLUSH_MS = [0.5, 1, 2, 5, 10, 20, 50, 100, 250, 1000];
const FLUSH_ENTRIES = [1, 4, 16, 64, 256, 1024, 2048];

export interface Metrics {
  /** For the engine. */
  readonly engine: EngineMeters;
  /** For the doors. `names` are the requests that may be a label. */
  gateway(names: ReadonlySet<string>): Meters;
  /** Numbers of the moment, read with each page: `name{…} value` by label. */
  watch(name: string, help: string, read: () => number): void;
  /** A number that only rises while the process lives. */
  watchTotal(name: string, help: string, read: () => number): void;
  watchBy(name: string, help: string, label: string, read: () => ReadonlyMap<string, number>): void;
  readonly contentType: string;
  page(): Promise<string>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  // Hot, so it is counted beside the counter, which looks its labels up each time.
  const stored = new Map<string, number>();
  new Counter({
    name: 'backseat_turns_total',
    help: 'Turns stored, by actor kind',
    labelNames: ['kind'],
    registers,
    collect() {
      this.reset();
      for (const [kind, count] of stored) this.inc({ kind }, count);
    },
  });
  const refusals = new Counter({
    name: 'backseat_turn_refusals_total',
    help: 'Turns that refused, by actor kind and code',
    labelNames: ['kind', 'code'],
    registers,
  });
  const entries = new Histogram({
    name: 'backseat_flush_entries',
    help: 'Entries in one flush',
    buckets: FLUSH_ENTRIES,
    registers,
  });
  const commit = new Histogram({
    name: 'backseat_commit_ms',
    help: 'Time until a flush was durable, ms',
    buckets: FLUSH_MS,
    registers,
  });
  const activations = new Counter({
    name: 'backseat_activations_total',
    help: 'Actors brought into memory, by kind',
    labelNames: ['kind'],
    registers,
  });
  const problems = new Counter({
    name: 'backseat_problems_total',
    help: 'What an operator should see, by kind',
    labelNames: ['what'],
    registers,
  });
  const refused = new Counter({
    name: 'backseat_refusals_total',
    help: 'Requests refused, by name and code',
    labelNames: ['request', 'code'],
    registers,
  });
  return {
    engine: {
      turn(kind, code) {
        stored.set(kind, (stored.get(kind) ?? 0) + 1);
        if (code !== undefined) refusals.inc({ kind, code });
      },
      flushed(count, ms) {
        entries.observe(count);
        commit.observe(ms);
      },
      activated: (kind) => {
        activations.inc({ kind });
      },
      problem: (what) => {
        problems.inc({ what });
      },
    },
    gateway: (names) => ({
      answered: (request, code) => {
        refused.inc({ request: names.has(request) ? request : OTHER, code });
      },
    }),
    watch(name, help, read) {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    },
    watchTotal(name, help, read) {
      new Counter({
        name,
        help,
        registers,
        collect() {
          this.reset();
          this.inc(read());
        },
      });
    },
    watchBy(name, help, label, read) {
      new Gauge({
        name,
        help,
        labelNames: [label],
        registers,
        collect() {
          this.reset();
          for (const [value, count] of read()) this.set({ [label]: value }, count);
        },
      });
    },
    contentType: registry.contentType,
    page: () => registry.metrics(),
  };
}
