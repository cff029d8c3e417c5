/** Stores and backup files for tests. */
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Test } from 'tap';

import { actors } from '../../src/actors/index.js';
import { defaultTerms } from '../../src/actors/terms.js';
import { checkBackup } from '../../src/jobs/backup/check.js';
import { restore, type Restored } from '../../src/jobs/backup/restore.js';
import { beginBackup } from '../../src/jobs/backup/write.js';
import { collections } from '../../src/server.js';
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
