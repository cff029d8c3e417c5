/** Runs asynchronous steps one after the other, in the order in which they came. */
export class Serial {
  private last: Promise<unknown> = Promise.resolve();

  run<T>(step: () => Promise<T>): Promise<T> {
    const result = this.last.then(step);
    this.last = result.catch(() => undefined);
    return result;
  }

  /** Resolves when all steps that have come so far are over. */
  async idle(): Promise<void> {
    await this.last;
  }
}
