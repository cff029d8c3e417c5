/**
 * One call to `append`: as few inserts as its collisions allow, and the exact word on each entry.
 *
 *   S1, ENGINE 1  The entries of a call are sorted by actor and inserted in order. Behind one that was refused those of
 *                 its actor wait; the rest is sent on at once, and the refused ones are read back together.
 *   S2, ENGINE 2  `unknown` is what an entry is until MongoDB has said better.
 *   S4, ENGINE 4  What collides with a row that a majority read does not show is unknown.
 *
 * A second refusal is no accident (a call that is sent again, another owner at work): from then on what is sent is
 * looked up first, so that a call of a thousand entries that are all there costs a few questions, not a thousand
 * inserts.
 */
import type { Model } from 'mongoose';

import { isSame } from '../same.js';
import type { Append, AppendResult, Entry } from '../ports.js';
import { isTooLong, type EntryDocument } from './documents.js';
import { insertInOrder } from './inserts.js';
import { lookUp, type Met } from './lookup.js';

const STORED: AppendResult = { state: 'stored' };
const UNKNOWN: AppendResult = { state: 'unknown' };

/** Refusals that are met by sending the rest; from the next on it is looked up first. */
const ACCIDENTS = 1;

/** Entries of one actor, in order; what is known of the first decides about the others. */
type Run = readonly Append[];

export class AppendCall {
  private readonly results: Map<Append, AppendResult>;
  private refusals = 0;

  constructor(
    private readonly entries: Model<EntryDocument>,
    private readonly items: readonly Append[],
    /** Why the server refused or lost something. */
    private readonly trouble: (reason: string) => void,
  ) {
    this.results = new Map(items.map((item) => [item, UNKNOWN]));
  }

  /** Never rejects. Results stand in the order of the items. */
  async run(): Promise<readonly AppendResult[]> {
    try {
      let todo = runsOf(this.items);
      while (todo.length > 0) todo = await this.round(todo);
    } catch (error) {
      // A question to the server failed: what is not known by now stays unknown.
      this.trouble(error instanceof Error ? error.message : String(error));
    }
    return this.items.map((item) => this.results.get(item) ?? UNKNOWN);
  }

  /** Sends all runs, reads the refused ones back; what is left of those that met themselves is the next round's. */
  private async round(runs: readonly Run[]): Promise<readonly Run[]> {
    const refused: Run[] = [];
    let todo = runs;
    while (todo.length > 0) {
      if (this.refusals > ACCIDENTS) todo = await this.lookAhead(todo);
      todo = await this.send(todo, refused);
    }
    if (refused.length === 0) return [];
    const found = await lookUp(
      this.entries,
      refused.flatMap((run) => run.slice(0, 1)),
      { byCommand: true },
    );
    return refused.flatMap((run) => {
      const rest = this.settle(run, (item) => found.metBy(item));
      // The server said that its key is taken, and a majority does not show by whom.
      return rest.length === run.length || rest.length === 0 ? [] : [rest];
    });
  }

  /** One insert. Returns what is still to be sent; what was refused, with all of its actor behind it, is put aside. */
  private async send(runs: readonly Run[], refused: Run[]): Promise<readonly Run[]> {
    const items = runs.flat();
    if (items.length === 0) return [];
    const result = await insertInOrder(this.entries, items);
    if ('reason' in result) this.trouble(result.reason);
    if (result.end === 'lost') return [];
    const stored = result.end === 'all' ? items.length : result.stored;
    for (const item of items.slice(0, stored)) this.results.set(item, STORED);
    if (result.end === 'all') return [];
    const { broken, behind } = split(runs, stored);
    if (result.end === 'taken') {
      this.refusals += 1;
      refused.push(broken);
    }
    return behind;
  }

  /** Settles what is there already, and returns the rest. */
  private async lookAhead(runs: readonly Run[]): Promise<readonly Run[]> {
    const found = await lookUp(this.entries, runs.flat(), { byCommand: false });
    return runs.map((run) => this.settle(run, (item) => found.metBy(item))).filter((run) => run.length > 0);
  }

  /** Gives every entry at the head of a run that met a row its result, and returns those behind it that may be sent. */
  private settle(run: Run, metBy: (item: Append) => Met | undefined): Run {
    for (const [i, item] of run.entries()) {
      const met = metBy(item);
      if (met === undefined) return run.slice(i);
      if (met === 'damaged') return [];
      this.results.set(item, { state: 'collided', met });
      if (!isSame(met, item.entry)) return [];
    }
    return [];
  }
}

/** The entries actor by actor, so that a sharded cluster gets few runs; without those that no document can hold. */
function runsOf(items: readonly Append[]): readonly Run[] {
  const runs = new Map<Entry['actor'], Append[]>();
  for (const item of items) {
    const run = runs.get(item.entry.actor);
    if (run) run.push(item);
    else runs.set(item.entry.actor, [item]);
  }
  return [...runs.keys()].sort().map((actor) => upToTooLong(runs.get(actor) ?? []));
}

/** Behind an entry that cannot be stored none of its actor can be. */
function upToTooLong(run: Run): Run {
  const end = run.findIndex(({ text }) => isTooLong(text));
  return end === -1 ? run : run.slice(0, end);
}

/**
 * Divides runs of which the first `stored` entries are stored: the rest of the run that broke, and the runs behind it.
 */
function split(runs: readonly Run[], stored: number): { readonly broken: Run; readonly behind: readonly Run[] } {
  let before = 0;
  for (const [i, run] of runs.entries()) {
    if (stored < before + run.length) return { broken: run.slice(stored - before), behind: runs.slice(i + 1) };
    before += run.length;
  }
  return { broken: [], behind: [] };
}
