/**
 * The engine as a node has it (src/server.ts), without its doors: the embedded store with all views, all actor kinds, the
 * meters; its sandbox provider says yes to everything at once.
 */
import { actors } from '#built/actors/index.js';
import type { Effects } from '#built/actors/runtime/effects.js';
import { createSystem, type System } from '#built/actors/runtime/system.js';
import { defaultTerms, type Terms } from '#built/actors/terms.js';
import { createMetrics } from '#built/gateway/metrics.js';
import { collections } from '#built/server.js';
import { openEmbedded } from '#built/store/embedded/index.js';
import type { Store } from '#built/store/ports.js';

export interface Engine {
  readonly system: System;
  readonly store: Store;
  close(): Promise<void>;
}

const provider: Effects[string] = () => Promise.resolve({ ok: true, value: { url: 'http://provider.invalid/' } });

/** Opens the engine on a data folder. Nothing of it may fail, so whatever does ends the process. */
export async function openEngine(folder: string, terms: Terms = defaultTerms): Promise<Engine> {
  const store = await openEmbedded(folder, { collections });
  const fail = (error: Error): never => {
    throw error;
  };
  const system = createSystem({
    store,
    definitions: actors(terms),
    effects: { provider },
    meters: createMetrics().engine,
    failed: fail,
    report: ({ text, error }) => fail(error instanceof Error ? error : new Error(text)),
  });
  return {
    system,
    store,
    async close() {
      await system.stop();
      await store.close();
    },
  };
}
