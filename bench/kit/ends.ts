/** What a measurement started, to be ended with it, the last one first. */
export class Ends {
  private readonly ends: (() => unknown)[] = [];

  private constructor() {}

  /** Runs `work`, then all that it left to be ended; an end that fails does not keep the others from ending. */
  static async with<T>(work: (ends: Ends) => Promise<T>): Promise<T> {
    const all = new Ends();
    try {
      return await work(all);
    } finally {
      for (const end of all.ends.reverse()) {
        try {
          await end();
        } catch (error) {
          console.error(error);
        }
      }
    }
  }

  /** As `teardown` of a test, for what is made for tests. */
  readonly teardown = (end: () => unknown): void => {
    this.ends.push(end);
  };

  /**
   * Waits for what is being started at the same time; all of it is stopped at the end, also where something did not
   * start.
   */
  async all<const T extends readonly Promise<{ stop(): Promise<void> }>[]>(
    starting: T,
  ): Promise<{ -readonly [I in keyof T]: Awaited<T[I]> }> {
    for (const result of await Promise.allSettled(starting)) if (result.status === 'fulfilled') this.stop(result.value);
    return Promise.all(starting);
  }

  /** Stops it at the end. */
  stop<T extends { stop(): Promise<void> }>(started: T): T {
    this.teardown(() => started.stop());
    return started;
  }
}
