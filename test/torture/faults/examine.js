/**
 * Run as a process of its own, because LevelDB ends the process on some damage: takes stores that somebody hurt, one by
 * one, and tells a line of each: what it read from it, or why it did not. Of the built server: it starts at once.
 */
import { createHash } from 'node:crypto';
import process from 'node:process';

import { openEmbedded } from '#built/store/embedded/index.js';
import { codeOf } from '#built/store/embedded/level.js';
import { collections } from '#built/node/collections.js';

async function examine(folder) {
  try {
    const store = await openEmbedded(folder, { collections });
    try {
      const digest = createHash('sha256');
      let entries = 0;
      for await (const entry of store.journal.scan()) {
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

for (const folder of process.argv.slice(2)) process.stdout.write(`${JSON.stringify(await examine(folder))}\n`);
