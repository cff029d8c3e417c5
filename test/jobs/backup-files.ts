/** Stores and backup files for tests. */
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Test } from 'tap';

import { actors } from '../../src/actors/index.js';
import { createSystem } from '../../src/actors/runtime/system.js';
import { defaultTerms } from '../../src/actors/terms.js';
import { checkBackup } from '../../src/jobs/backup/check.js';
import { restore, type Restored } from '../../src/jobs/backup/restore.js';
import { beginBackup } from '../../src/jobs/backup/write.js';
import type { VerifyReport } from '../../src/jobs/verify/index.js';
import { collections } from '../../src/node/collections.js';
import { openEmbedded } from '../../src/store/embedded/index.js';
import type { Entry, Restoring, Store } from '../../src/store/ports.js';
import { item } from '../store/support/entries.js';

export const definitions = actors(defaultTerms);

/** An embedded store in a new folder below the test's, closed with the test. */
export async function openIn(t: Test, folder: string): Promise<Store> {
  const store = await openEmbedded(folder, { collections });
  t.teardown(() => store.close());
  return store;
}

/** A store that holds these entries, and nothing made of them. */
export async function storeWith(t: Test, folder: string, entries: readonly Entry[]): Promise<Store> {
  const store = await openIn(t, folder);
  await store.journal.append(entries.map((entry) => item(entry)));
  return store;
}

/** Writes a backup of the store to a file. */
export async function backUp(store: Store, folder: string, name = 'shop.backup'): Promise<string> {
  const path = join(folder, name);
  await pipeline((await beginBackup(store, 1_795_000_000_000)).bytes, createWriteStream(path));
  return path;
}

/** Restores a file into the store that `begin` makes for it; that store is closed. */
export async function restoreFrom(
  path: string,
  begin: (sum: string) => Promise<Restoring>,
): Promise<Restored & { readonly id: string }> {
  const checked = await checkBackup(path);
  const store = await begin(checked.sum);
  try {
    const restored = await restore({ path, checked, definitions, store });
    return { ...restored, id: await store.finish() };
  } finally {
    await store.close();
  }
}

/** A node's engine serves the store at a time when all that is open is due, until `audit` finds nothing open. */
export async function letFinish(store: Store, now: number, audit: () => Promise<VerifyReport>): Promise<VerifyReport> {
  const system = createSystem({
    store,
    definitions,
    effects: { provider: () => Promise.reject(new Error('nobody is asked')) },
    clock: { now: () => now, after: (ms, run) => later(run, Math.min(ms, 50)), soon: (run) => setImmediate(run) },
    failed: (error) => {
      throw error;
    },
  });
  let report = await audit();
  for (let tries = 0; tries < 200 && (report.checked['open promises'] ?? 0) > 0; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    report = await audit();
  }
  await system.stop();
  return report;
}

function later(run: () => void, ms: number): () => void {
  const timer = setTimeout(run, ms);
  return () => {
    clearTimeout(timer);
  };
}
