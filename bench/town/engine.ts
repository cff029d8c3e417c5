/**
 * The engine as a node has it (src/server.ts), without its doors: the embedded store with all views, all actor kinds,
 * the meters; its sandbox provider says yes to everything at once.
 */
import { actors } from '#built/actors/index.js';
import type { Effects } from '#built/actors/runtime/effects.js';
import { createSystem, type System } from '#built/actors/runtime/system.js';
import { defaultTerms, type Terms } from '#built/actors/terms.js';
import { createMetrics } from '#built/gateway/metrics.js';
import { collections } from '#built/node/collections.js';
import { storeOn } from '#built/store/embedded/index.js';
import { openLevel, type Level } from '#built/store/embedded/level.js';
import type { Store } from '#built/store/ports.js';

export interface Engine {
  readonly system: System;
  readonly store: Store;
  readonly definitions: ReturnType<typeof actors>;
  /** What the store stands on. */
  readonly level: Level;
  close(): Promise<void>;
}

const provider: Effects[string] = () => Promise.resolve({ ok: true, value: { url: 'http://provider.invalid/' } });

/** Opens the engine on a data folder. Nothing of it may fail, so whatever does ends the process. */
export async function openEngine(folder: string, terms: Terms = defaultTerms): Promise<Engine> {
  const level = await openLevel(folder);
  const store = await storeOn(level, folder, { collections });
  const fail = (error: Error): never => {
    throw error;
  };
  const definitions = actors(terms);
  const system = createSystem({
    store,
    definitions,
    effects: { provider },
    meters: createMetrics().engine,
    failed: fail,
    report: ({ text, error }) => fail(error instanceof Error ? error : new Error(text)),
  });
  return {
    system,
    store,
    definitions,
    level,
    async close() {
      await system.stop();
      await store.close();
    },
  };
}
