/**
 * What is asked of each actor runtime: actors that count, each told by number. All of it in one process and in memory,
 * so what is measured is the way of a message to its actor, the turn, and the answer.
 */
export interface Runtime {
  /** Adds one to an actor's count, and waits for the count. */
  ask(actor: number): Promise<number>;
  /**
   * The same of so many actors in turn, `count` messages in all, without answers; resolves when the last was handled.
   */
  tell(count: number): Promise<void>;
  stop(): Promise<void>;
}

/** Actors of a runtime; what is asked goes to all of them alike. */
export const ACTORS = 64;

/** Where the others are installed, apart from the product's dependencies: `npm ci --prefix` of this folder. */
export const PACKAGES = new URL('./packages/', import.meta.url);
