/**
 * Knows what was seen among the last rows: duplicates are found without keeping a whole file in memory.
 */

/** A set that forgets its oldest member beyond `limit`. */
export class Recent {
  private readonly seen = new Set<string>();

  constructor(private readonly limit = 100_000) {}

  /** Adds a key; false when it is there already. */
  add(key: string): boolean {
    if (this.seen.has(key)) return false;
    this.seen.add(key);
    if (this.seen.size > this.limit) {
      for (const oldest of this.seen) {
        this.seen.delete(oldest);
        break;
      }
    }
    return true;
  }
}
