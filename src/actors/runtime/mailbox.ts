/**
 * The queue before an actor: what arrives while its past is being read. Whoever puts something in
 * checks its length first (R8).
 */
export class Mailbox<T> {
  private items: T[] = [];
  private head = 0;

  get length(): number {
    return this.items.length - this.head;
  }

  push(item: T): void {
    this.items.push(item);
  }

  shift(): T | undefined {
    if (this.head === this.items.length) {
      this.items = [];
      this.head = 0;
      return undefined;
    }
    return this.items[this.head++];
  }

  /** Puts `items` before all that wait, in their order: turns to be decided again (ENGINE 7). */
  unshift(items: readonly T[]): void {
    this.items = [...items, ...this.drain()];
  }

  /** Takes all that wait. */
  drain(): T[] {
    const rest = this.items.slice(this.head);
    this.items = [];
    this.head = 0;
    return rest;
  }
}
