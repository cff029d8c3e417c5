/**
 * Lets those who connect in a few at a time, so that thousands who come at once do not make those wait who are in
 * already (R8). Addresses take turns: whoever comes a thousand times from one address makes himself wait, and nobody
 * else.
 */

/** What is done for one who comes; whoever it is done for is in, or refused, when it resolves. It may not reject. */
type Work = () => Promise<void>;

export class Admission {
  private running = 0;
  private waiting = 0;
  /** By address, the one whose turn is next first. */
  private readonly queues = new Map<string, Work[]>();

  constructor(
    private readonly atOnce: number,
    private readonly mostWaiting: number,
  ) {}

  /** Does the work when its turn comes; false when too many wait already, and it never will be. */
  enter(address: string, work: Work): boolean {
    if (this.running < this.atOnce) {
      this.run(work);
      return true;
    }
    if (this.waiting >= this.mostWaiting) return false;
    const queue = this.queues.get(address);
    if (queue) queue.push(work);
    else this.queues.set(address, [work]);
    this.waiting += 1;
    return true;
  }

  private run(work: Work): void {
    this.running += 1;
    void work().then(() => {
      this.running -= 1;
      const next = this.next();
      if (next) this.run(next);
    });
  }

  private next(): Work | undefined {
    for (const [address, queue] of this.queues) {
      const work = queue.shift();
      // Behind all others, if it has more.
      this.queues.delete(address);
      if (queue.length > 0) this.queues.set(address, queue);
      this.waiting -= 1;
      return work;
    }
    return undefined;
  }
}
