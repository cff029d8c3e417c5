/**
 * Thousands who come back in the same moment are served a few in each turn of the event loop (R8), when their
 * connection opens and again when they ask to be let in: otherwise all whose packets are there would be served in one
 * turn, and whoever is in already would wait for the last of them. A connection waits here once at a time, so
 * `maxConnections` bounds what waits.
 */

/** In one turn: a millisecond or two of work. */
export const IN_A_TURN = 16;

export class Handshakes {
  private waiting: (() => void)[] = [];

  /** Calls `shake` in one of the next turns; whoever came before goes before. It may not throw. */
  add(shake: () => void): void {
    if (this.waiting.push(shake) === 1) this.later();
  }

  private later(): void {
    setImmediate(() => {
      for (const shake of this.waiting.splice(0, IN_A_TURN)) shake();
      if (this.waiting.length > 0) this.later();
    });
  }
}
