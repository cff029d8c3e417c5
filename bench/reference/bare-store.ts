/**
 * The embedded store with nothing around it: LevelDB with the product's options and a group commit. Each caller waits
 * until his entry is on the disk; what waits meanwhile is the next batch, each entry with its two keys, synced. No
 * look-up, no checksum of its own, no view, no marker, no flush record.
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

interface Waiting {
  readonly entry: Written;
  readonly stored: () => void;
}

export class BareStore {
  private waiting: Waiting[] = [];
  private writing = false;

  private constructor(private readonly level: ClassicLevel) {}

  static async open(folder: string): Promise<BareStore> {
    await mkdir(folder, { recursive: true });
    const level = new ClassicLevel(folder, OPTIONS);
    await level.open();
    return new BareStore(level);
  }

  /** Resolves when the entry is on the disk. */
  append(entry: Written): Promise<void> {
    return new Promise((stored) => {
      this.waiting.push({ entry, stored });
      if (!this.writing) {
        this.writing = true;
        setImmediate(() => void this.write());
      }
    });
  }

  close(): Promise<void> {
    return this.level.close();
  }

  private async write(): Promise<void> {
    while (this.waiting.length > 0) {
      const { waiting } = this;
      this.waiting = [];
      const batch = this.level.batch();
      for (const { entry } of waiting) {
        const { actor, seq, commandId, text } = entry;
        batch.put(keys.entry(actor, seq), text);
        batch.put(keys.command(actor, commandId), padded(seq));
      }
      await batch.write({ sync: true });
      for (const { stored } of waiting) stored();
    }
    this.writing = false;
  }
}
