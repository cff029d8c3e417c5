/**
 * The embedded store with nothing around it: LevelDB with the product's options, a batch of as many entries as wait, each
 * with its two keys, synced. No look-up, no checksum of its own, no index of views, no marker, no flush record.
 */
import { mkdir } from 'node:fs/promises';

import { ClassicLevel } from 'classic-level';

import { keys, padded } from '#built/store/embedded/keys.js';
import type { Entry } from '#built/store/ports.js';

/** An entry, and its text as it stands in the journal. */
export type Written = Pick<Entry, 'actor' | 'seq' | 'commandId'> & { readonly text: string };

/** As in src/store/embedded/level.ts. */
const MEBIBYTE = 1024 * 1024;
const OPTIONS = { cacheSize: 32 * MEBIBYTE, writeBufferSize: 16 * MEBIBYTE };

export class BareStore {
  private constructor(private readonly level: ClassicLevel) {}

  static async open(folder: string): Promise<BareStore> {
    await mkdir(folder, { recursive: true });
    const level = new ClassicLevel(folder, OPTIONS);
    await level.open();
    return new BareStore(level);
  }

  /** Writes entries, `atOnce` of them in a batch; durable entries a second. */
  async write(entries: readonly Written[], atOnce: number): Promise<number> {
    const began = performance.now();
    for (let from = 0; from < entries.length; from += atOnce) {
      const batch = this.level.batch();
      for (const { actor, seq, commandId, text } of entries.slice(from, from + atOnce)) {
        batch.put(keys.entry(actor, seq), text);
        batch.put(keys.command(actor, commandId), padded(seq));
      }
      await batch.write({ sync: true });
    }
    return (entries.length / (performance.now() - began)) * 1_000;
  }

  close(): Promise<void> {
    return this.level.close();
  }
}
