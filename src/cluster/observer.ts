/**
 * Who lives, judged by what was seen to change: a node is there as long as its beat goes on and somebody listens on its
 * channel. No clock of another node is read, and time counts only while this node looks.
 *
 *   ENGINE 9  while Redis is away nothing is seen, so the view stays as it was
 *
 * The time that counts between two looks is at most {@link ObserverLimits.stepMs}: whoever was paused or cut off has
 * seen nothing meanwhile, and so holds nobody for dead. A table that was emptied is a beat that stands still.
 *
 *   state           what is seen                              next
 *   unknown         up, and somebody listens                  alive
 *   alive           the beat stands still for `deadMs`        dead, told as died
 *   alive           nobody listens for `deafMs`               dead, told as died
 *   alive           `gone` stands in its place                dead
 *   dead            up, with a new beat, somebody listens     alive
 *   dead            the beat stands still for `forgetMs`      told as forgotten, to be taken off the table
 */

/** What stands in the node table for one node. */
export interface Word {
  /** Counts up as long as it lives. */
  readonly beat: number;
  /**
   * It lives; it lives and cannot reach the store; or it has gone, by its own word or by that of those who saw it die.
   */
  readonly state: 'up' | 'blind' | 'gone';
}

/** One look at the node table. */
export interface Look {
  /** By node. */
  readonly words: ReadonlyMap<string, Word>;
  /** How many connections listen on each node's channel. */
  readonly listeners: ReadonlyMap<string, number>;
}

/** What a look tells. */
export interface Seen {
  readonly alive: readonly string[];
  readonly died: readonly string[];
  readonly forgotten: readonly string[];
}

/** All ms of observed time. */
export interface ObserverLimits {
  /** A beat that stands still this long: the node is dead, or paused. */
  readonly deadMs: number;
  /** Nobody listens on its channel this long: its process has ended, or hears nobody. */
  readonly deafMs: number;
  /** A dead node's word stays in the table this long, so that it can read it there when it was only paused. */
  readonly forgetMs: number;
  /** The time between two looks counts as no more than this. */
  readonly stepMs: number;
}

interface Known {
  beat: number;
  alive: boolean;
  /** Since its beat changed, and since somebody listened, ms of observed time. */
  quietMs: number;
  deafMs: number;
}

export class Observer {
  private readonly known = new Map<string, Known>();
  private looked: number | undefined;

  constructor(
    private readonly self: string,
    private readonly limits: ObserverLimits,
  ) {}

  /** Takes in a look, at `now` of this node's own clock, ms. */
  look({ words, listeners }: Look, now: number): Seen {
    const { deadMs, deafMs, forgetMs, stepMs } = this.limits;
    const step = this.looked === undefined ? 0 : Math.min(Math.max(now - this.looked, 0), stepMs);
    this.looked = now;
    for (const node of words.keys()) if (node !== this.self) this.meet(node);
    const died: string[] = [];
    const forgotten: string[] = [];
    for (const [node, one] of this.known) {
      const word = words.get(node);
      const beats = word !== undefined && word.beat !== one.beat;
      const heard = listeners.get(node) !== 0;
      one.quietMs = beats ? 0 : one.quietMs + step;
      one.deafMs = heard ? 0 : one.deafMs + step;
      one.beat = word?.beat ?? one.beat;
      const gone = word?.state === 'gone';
      if (one.alive && (gone || one.quietMs >= deadMs || one.deafMs >= deafMs)) {
        one.alive = false;
        if (!gone) died.push(node);
      } else if (!one.alive && !gone && beats && heard) {
        one.alive = true;
      }
      if (one.alive || one.quietMs < forgetMs) continue;
      forgotten.push(node);
      this.known.delete(node);
    }
    return { alive: [...this.known].flatMap(([node, one]) => (one.alive ? [node] : [])), died, forgotten };
  }

  /** A node that was unknown: any beat of it is a new one. */
  private meet(node: string): void {
    if (!this.known.has(node)) this.known.set(node, { beat: NaN, alive: false, quietMs: 0, deafMs: 0 });
  }
}
