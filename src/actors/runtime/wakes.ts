/**
 * Finds promises that nobody in memory looks after (ENGINE 17): at the start, when shards are
 * gained, as markers of passivated actors fall due, and now and then all of them. Their actors are
 * activated, a bounded number at a time, and see to the rest.
 */
import { SHARDS, type ShardRange, type Store, type Wake } from '../../store/ports.js';
import { shardOf } from '../../store/shard.js';
import type { Clock } from './clock.js';
import { holds, type Placement } from './node.js';

const PAGE = 256;
/**
 * So many looks ahead, and then one at all that is due: what an owner who died had sent may arrive when its time has
 * been looked at.
 */
const LOOKS_AHEAD = 15;
/**
 * More ranges than this are looked up as one: what others serve is passed over. A third of all shards is some 900
 * ranges.
 */
const MOST_RANGES = 8;
const EVERYTHING: readonly ShardRange[] = [{ from: 0, to: SHARDS }];

export class Wakes {
  private lookedUntil = -Infinity;
  private looks = 0;
  private looking: Promise<void> = Promise.resolve();
  private stopped = false;
  private disarm: () => void = () => undefined;

  constructor(
    private readonly store: Store,
    private readonly placement: Placement,
    private readonly clock: Clock,
    private readonly everyMs: number,
    /** Activates the actor of a marker; resolves when there is room for the next. */
    private readonly wake: (marker: Wake) => Promise<void>,
    private readonly failed: (error: unknown) => void,
  ) {
    placement.onGained((shards) => {
      this.enqueue(() => this.look(shards, -Infinity, this.clock.now()));
    });
  }

  /** Looks for all that is due, and from then on for what falls due. */
  start(): void {
    this.enqueue(() => this.lookFurther());
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.disarm();
    await this.looking;
  }

  private enqueue(job: () => Promise<void>): void {
    this.looking = this.looking.then(job).catch(this.failed);
  }

  private async lookFurther(): Promise<void> {
    const now = this.clock.now();
    try {
      const ahead = this.looks % LOOKS_AHEAD > 0;
      await this.look(this.placement.shards(), ahead ? this.lookedUntil : -Infinity, now);
      this.looks++;
      this.lookedUntil = Math.max(this.lookedUntil, now);
    } finally {
      if (!this.stopped) {
        this.disarm = this.clock.after(this.everyMs, () => {
          this.enqueue(() => this.lookFurther());
        });
      }
    }
  }

  /** Markers with `from` < wake <= `until`: those before are of actors that are in memory, or came late. */
  private async look(wanted: readonly ShardRange[], from: number, until: number): Promise<void> {
    const scattered = wanted.length > MOST_RANGES;
    for (const range of scattered ? EVERYTHING : wanted) {
      let after: Wake | undefined =
        from === -Infinity ? undefined : { wake: from, actor: LAST, seq: Number.MAX_SAFE_INTEGER };
      while (!this.stopped) {
        const page = await this.store.journal.due(range, until, PAGE, after);
        for (const marker of page) if (!scattered || holds(wanted, shardOf(marker.actor))) await this.wake(marker);
        after = page.at(-1);
        if (page.length < PAGE) break;
      }
    }
  }
}

/** Sorts behind every actor: a page that begins after it holds later wakes only. */
const LAST = '\uffff:\uffff' as const;
