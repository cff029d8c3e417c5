/**
 * Runs of actors' entries, as they stand in MongoDB: of the primary, and of what a majority holds (S4), as the link
 * asks of every read.
 */
import type { ActorId } from '../ports.js';
import type { EntryDocument } from './documents.js';
import { Gathered } from './gathered.js';
import { keyOf, keysAfter } from './keys.js';
import type { Link } from './link.js';

/** Entries of `actor` with seq > `after`, at most `limit`. */
export interface Run {
  readonly actor: ActorId;
  readonly after: number;
  readonly limit: number;
}

export type FoundEntry = Pick<EntryDocument, '_id' | 'actor' | 'commandId' | 'entry'>;

export class Runs {
  private readonly gathered: Gathered<Run, readonly FoundEntry[]>;

  constructor(private readonly link: Link) {
    this.gathered = new Gathered(link.replicated, (runs) => this.findAll(runs));
  }

  /** The entries of one run, in order. */
  find(run: Run): Promise<readonly FoundEntry[]> {
    return this.gathered.ask(run);
  }

  private async findAll(runs: readonly Run[]): Promise<(run: Run) => readonly FoundEntry[]> {
    const most = runs.reduce((sum, { limit }) => sum + limit, 0);
    const found = await this.ask(runs, most);
    if (runs.length > 1 && found.length === most) return this.findEach(runs);
    return ({ actor, after, limit }) => {
      const behind = keyOf(actor, after);
      return found.filter((entry) => entry.actor === actor && entry._id > behind).slice(0, limit);
    };
  }

  /** One by one, since a long past may have taken the place of others. */
  private async findEach(runs: readonly Run[]): Promise<(run: Run) => readonly FoundEntry[]> {
    const found = new Map<Run, readonly FoundEntry[]>();
    for (const run of runs) found.set(run, await this.ask([run], run.limit));
    return (run) => found.get(run) ?? [];
  }

  private async ask(runs: readonly Run[], limit: number): Promise<readonly FoundEntry[]> {
    const ranges = runs.map(({ actor, after }) => ({ actor, _id: keysAfter(actor, after) }));
    return this.link.models.entries
      .find(ranges.length === 1 ? { ...ranges[0] } : { $or: ranges })
      .select({ actor: 1, entry: 1, commandId: 1 })
      .sort({ _id: 1 })
      .hint({ _id: 1 })
      .limit(limit)
      .lean<FoundEntry[]>();
  }
}
