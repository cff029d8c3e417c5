/** What the engine writes to LevelDB, kept as it was written, so that a bare store can write the very same. */
import type { Level } from '#built/store/embedded/level.js';
import type { Put, Takes } from './bare-store.js';

/** An entry with all that its flush writes for it, or a batch that is not synced: rows, snapshots, markers. */
interface Write {
  readonly synced: boolean;
  readonly puts: readonly Put[];
}

/** Letter of the keys of entries (src/store/embedded/keys.ts): only a flush writes them. */
const ENTRY = 'e';

export class Recording {
  private constructor(private readonly writes: readonly Write[]) {}

  /** Keeps what is written while `work` runs, in the order in which it was written. */
  static async of(level: Level, work: () => Promise<unknown>): Promise<Recording> {
    const writes: Write[] = [];
    const written = (operations: readonly { readonly key: string; readonly value?: string }[]): void => {
      const puts = operations.map(({ key, value }): Put => [key, value]);
      writes.push(...split(puts));
    };
    level.on('write', written);
    await work();
    level.off('write', written);
    return new Recording(writes);
  }

  /** Writes all of it again, with so many callers, each of whom waits for one write at a time; entries a second. */
  async play(store: Takes, callers: number): Promise<number> {
    const began = performance.now();
    const rest = this.writes.values();
    const caller = async (): Promise<void> => {
      for (const { synced, puts } of rest) await (synced ? store.append(puts) : store.write(puts));
    };
    await Promise.all(Array.from({ length: callers }, caller));
    const entries = this.writes.reduce((count, { synced }) => count + (synced ? 1 : 0), 0);
    return (entries / (performance.now() - began)) * 1_000;
  }
}

/** A flush, one write for each entry, with the keys that stand behind it; or any other batch, as it is. */
function split(puts: readonly Put[]): readonly Write[] {
  const starts = puts.flatMap(([key], i) => (key.startsWith(ENTRY) ? [i] : []));
  if (starts.length === 0) return [{ synced: false, puts }];
  return starts.map((start, n) => ({ synced: true, puts: puts.slice(start, starts[n + 1]) }));
}
