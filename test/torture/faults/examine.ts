/**
 * Run as a process of its own, because LevelDB ends the process on some damage: takes stores that somebody hurt, one by
 * one, and tells a line of each: what it read from it, or why it did not.
 */
import { createHash } from 'node:crypto';

import { openEmbedded } from '../../../src/store/embedded/index.js';
import { codeOf } from '../../../src/store/embedded/level.js';
import { collections } from '../../../src/server.js';
import { allOf } from '../../support/journal.js';

/** What became of reading a whole store. */
export type Examined =
  | { readonly read: string; readonly entries: number; readonly warnings: readonly string[] }
  | { readonly refused: string; readonly kind: string };

async function examine(folder: string): Promise<Examined> {
  try {
    const store = await openEmbedded(folder, { collections });
    try {
      const digest = createHash('sha256');
      let entries = 0;
      for await (const entry of allOf(store.journal)) {
        digest.update(JSON.stringify(entry));
        entries += 1;
      }
      return { read: digest.digest('hex'), entries, warnings: store.warnings };
    } finally {
      await store.close();
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { refused: error.message, kind: codeOf(error) ?? error.name };
  }
}

for (const folder of process.argv.slice(2)) console.log(JSON.stringify(await examine(folder)));
