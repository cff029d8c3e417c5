/**
 * What a tick sends to a socket goes out as one write. A flush answers hundreds of commands at once, many of them
 * on the same sockets, and a system call for each would cost more than making the answers.
 */

/** Something that holds its writes back until it is told to let go. */
export interface Held {
  /** Writes all that waits. */
  release(): void;
}

/** Who holds writes back now; all are released before the event loop goes on. */
export class Writes {
  private holding: Held[] = [];

  /** `held` begins to hold back. */
  add(held: Held): void {
    this.holding.push(held);
    if (this.holding.length > 1) return;
    setImmediate(() => {
      this.release();
    });
  }

  /** Everything that waits is written: what is sent another way from now on comes behind it. */
  release(): void {
    if (this.holding.length === 0) return;
    const { holding } = this;
    this.holding = [];
    for (const held of holding) held.release();
  }
}
