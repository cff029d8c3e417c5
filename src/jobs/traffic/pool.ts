/**
 * Runs work with a bound on how much is under way, and in order for each key: two sales at one device do not
 * overtake each other.
 */

/** At most `limit` pieces of work at once, one at a time for a key. */
export class Pool {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private failed: Error | undefined;
  private readonly tails = new Map<string, Promise<void>>();

  constructor(private readonly limit: number) {}

  /**
   * Resolves when the work has its place, not when it is done; so a reader of a file goes on no faster than the pool.
   */
  async start(key: string, work: () => Promise<void>): Promise<void> {
    if (this.running >= this.limit) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.running += 1;
    const before = this.tails.get(key) ?? Promise.resolve();
    const own = before.then(work).finally(() => {
      this.running -= 1;
      if (this.tails.get(key) === own) this.tails.delete(key);
      this.waiting.shift()?.();
    });
    this.tails.set(key, own);
    // The work's own errors are its caller's to count; one that gets here must not be lost.
    own.catch((error: unknown) => {
      this.failed ??= error instanceof Error ? error : new Error(String(error));
    });
  }

  /** Resolves when all work is done; rejects with the first error that work did not handle. */
  async idle(): Promise<void> {
    while (this.tails.size > 0) await Promise.allSettled(this.tails.values());
    if (this.failed) throw this.failed;
  }
}

/** Does something for each item, at most `limit` at once; rejects with the first error. */
export async function forEach<T>(items: Iterable<T>, limit: number, work: (item: T) => Promise<void>): Promise<void> {
  const iterator = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = iterator.next(); next.done !== true; next = iterator.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: limit }, worker));
}
