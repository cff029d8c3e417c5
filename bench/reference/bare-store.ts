/**
 * The embedded store with nothing around it: LevelDB with the product's options and a group commit. Each caller waits
 * until what he asked for is on the disk; what waits meanwhile is the next batch, synced. Nothing is looked up, folded
 * or encoded.
 */
import { openLevel, type Level } from '#built/store/embedded/level.js';

/** One key: what stands there from now on, or that nothing does. */
export type Put = readonly [key: string, value: string | undefined];

/** Takes what the engine wrote, as it wrote it. */
export interface Takes {
  /** Resolves when all of it is on the disk. */
  append(puts: readonly Put[]): Promise<void>;
  /** One batch that is not synced. */
  write(puts: readonly Put[]): Promise<void>;
  close(): Promise<void>;
}

interface Waiting {
  readonly puts: readonly Put[];
  readonly stored: () => void;
}

export class BareStore implements Takes {
  private waiting: Waiting[] = [];
  private writing = false;

  private constructor(private readonly level: Level) {}

  static async open(folder: string): Promise<BareStore> {
    return new BareStore(await openLevel(folder));
  }

  append(puts: readonly Put[]): Promise<void> {
    return new Promise((stored) => {
      this.waiting.push({ puts, stored });
      if (!this.writing) {
        this.writing = true;
        setImmediate(() => void this.flush());
      }
    });
  }

  write(puts: readonly Put[]): Promise<void> {
    return this.batch([puts], { sync: false });
  }

  close(): Promise<void> {
    return this.level.close();
  }

  private async flush(): Promise<void> {
    while (this.waiting.length > 0) {
      const { waiting } = this;
      this.waiting = [];
      await this.batch(
        waiting.map(({ puts }) => puts),
        { sync: true },
      );
      for (const { stored } of waiting) stored();
    }
    this.writing = false;
  }

  private batch(all: readonly (readonly Put[])[], options: { readonly sync: boolean }): Promise<void> {
    const batch = this.level.batch();
    for (const puts of all) {
      for (const [key, value] of puts) {
        if (value === undefined) batch.del(key);
        else batch.put(key, value);
      }
    }
    return batch.write(options);
  }
}
