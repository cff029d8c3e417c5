/**
 * One step at a time: what comes while one is under way is done together, in the next. Many small writes to a store
 * that each took its time would fall behind under load, and pile up (R8).
 */
export class Together<T> {
  private items: T[] = [];
  private next: Promise<void> | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly step: (items: readonly T[]) => Promise<void>) {}

  /** Resolves when these are done; rejects as their step does. */
  do(items: readonly T[]): Promise<void> {
    this.items.push(...items);
    return (this.next ??= this.last.then(() => {
      const all = this.items;
      this.items = [];
      this.next = undefined;
      const done = this.step(all);
      this.last = done.catch(() => undefined);
      return done;
    }));
  }
}
