/** Runs asynchronous steps one after the other, in the order in which they came. */
export class Serial {
  #last: Promise<unknown> = Promise.resolve();

  #waiting = 0;

  /** Whether a step runs or waits. */
  get busy(): boolean {
    return this.#waiting > 0;
  }

  run<T>(step: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    const result = this.#last.then(step).finally(() => {
      this.#waiting -= 1;
    });
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Resolves when all steps that have come so far are over. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
