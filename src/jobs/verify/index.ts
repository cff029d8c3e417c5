/**
 * The independent audit, `backseat verify`: recomputes the books (B2), the orders (B3), every total and every ranking
 * from the journal by a fold of its own, and compares them with the actors' states and the views.
 *
 * Boundary: it imports no domain code, so that a fault there cannot hide itself here; what it knows of the events
 * stands in vocabulary.ts. It changes nothing. A journal is read in one pass, as of one moment; one that holds more
 * open ends than memory is read again for the rest of the names (slice.ts). The rooms are described in docs/verify.md.
 */
import type { ActorId, Entry, Journal, StoredEntry, Views } from '../../store/ports.js';
import { Books, judgeLeft, type Left } from './books.js';
import { Findings, type VerifyReport } from './findings.js';
import { Fold } from './fold.js';
import { Integrity } from './integrity.js';
import { Messages, type OpenPromise } from './messages.js';
import { judgeBehind, Rankings, type Behind } from './rankings.js';
import { Slice } from './slice.js';
import { checkState, type ReadState } from './states.js';
import { ViewRows } from './views.js';
import { outside, vocabulary } from './vocabulary.js';

export { renderJson, renderText, type Difference, type Room, type VerifyReport } from './findings.js';
export type { ReadState } from './states.js';

export interface VerifyOptions {
  readonly journal: Journal;
  /** Makes archived entries whole where it can (src/jobs/archive). Without them nothing can be audited. */
  readonly archives?: { whole(entries: AsyncIterable<StoredEntry>): AsyncIterable<StoredEntry> };
  /** Absent: view rows are not compared. They must have been brought up to date. */
  readonly views?: Views;
  /** Absent: states are not compared. */
  readonly read?: ReadState;
  /** A node writes meanwhile: rows may be newer than the moment that is audited, and more. */
  readonly serving?: boolean;
  /** Messages, transit accounts and ranked rows that are remembered at a time; about 500 bytes each. */
  readonly remember?: number;
  /** Told now and then how many entries have been read. */
  readonly progress?: (entries: number) => void;
}

/** What is known only when all has been read. */
interface Ends {
  readonly open: OpenPromise[];
  readonly left: Left[];
  readonly behind: Behind[];
}

const REMEMBER = 500_000;
const PROGRESS_EVERY = 10_000;

export async function verify(options: VerifyOptions): Promise<VerifyReport> {
  const findings = new Findings();
  const ends: Ends = { open: [], left: [], behind: [] };
  const slices = [new Slice()];
  let books: VerifyReport['books'] | undefined;
  for (let slice = slices.shift(); slice; slice = slices.shift()) {
    // What concerns one actor alone was said in the first pass.
    const pass = new Pass(options, slice, slices, findings, books ? new Findings() : findings);
    const read = await pass.run(books === undefined, ends);
    // What lacks archived entries has no sums.
    books ??= pass.lacking === 0 ? pass.books.report() : {};
    if (!read) return reportOf(findings, books);
  }
  judgeLeft(ends.left, ends.open, findings);
  judgeBehind(ends.behind, ends.open, findings);
  findings.count('open promises', ends.open.length);
  return reportOf(findings, books ?? {});
}

function reportOf(findings: Findings, books: VerifyReport['books']): VerifyReport {
  const { checked, differences, found } = findings;
  return { checked, books, differences, found };
}

/** One reading of the journal, for the names of one slice. */
class Pass {
  readonly books: Books;
  private readonly messages: Messages;
  private readonly rankings: Rankings;
  private readonly rows: ViewRows | undefined;
  /** Archived entries that no file holds. */
  lacking = 0;
  private entries = 0;
  private most: number;

  constructor(
    private readonly options: VerifyOptions,
    private readonly slice: Slice,
    private readonly slices: Slice[],
    findings: Findings,
    private readonly alone: Findings,
  ) {
    this.most = options.remember ?? REMEMBER;
    this.books = new Books(slice, alone);
    this.messages = new Messages(slice, findings);
    this.rankings = new Rankings(slice, findings);
    this.rows = options.views && new ViewRows(options.views, options.journal, alone);
  }

  /** Reads all; false when the journal is damaged and the rest of it cannot be read. */
  async run(first: boolean, ends: Ends): Promise<boolean> {
    let actor: { readonly fold: Fold; readonly integrity: Integrity } | undefined;
    try {
      for await (const entry of this.stored()) {
        if (entry.archived) this.lack(entry);
        if (entry.archived || this.lacking > 0) continue;
        if (actor?.fold.self !== entry.actor) {
          if (actor) await this.close(actor.fold, first);
          actor = { fold: new Fold(entry.actor, this.alone), integrity: new Integrity(entry.actor, this.alone) };
        }
        actor.integrity.check(entry);
        this.take(entry, actor.fold);
        if (first) await this.rows?.check(actor.fold, false);
      }
    } catch (error) {
      if (!isDamage(error)) throw error;
      const text = `${error.message}; nothing behind it was read, and nothing that needs all of it was compared`;
      this.alone.wrong('integrity', `${error.actor}/${error.seq}`, text);
      return false;
    }
    if (this.lacking > 0) {
      this.alone.count('archived entries', this.lacking);
      return false;
    }
    if (actor) await this.close(actor.fold, first);
    if (first) await this.rows?.finish(this.options.serving ?? false);
    this.messages.finish();
    ends.open.push(...this.messages.open());
    ends.left.push(...this.books.finish());
    ends.behind.push(...this.rankings.finish());
    return true;
  }

  private stored(): AsyncIterable<StoredEntry> {
    const { journal, archives } = this.options;
    return archives ? archives.whole(journal.scan()) : journal.scan();
  }

  /** Without what it held nothing behind it can be judged; the others are counted. */
  private lack({ actor, seq }: StoredEntry): void {
    this.lacking += 1;
    if (this.lacking > 1) return;
    const text = 'is archived: give all files that hold archived entries (--archive); nothing behind it was compared';
    this.alone.wrong('integrity', `${actor}/${seq}`, text);
  }

  private take(entry: Entry, fold: Fold): void {
    this.entries += 1;
    if (this.entries % PROGRESS_EVERY === 0) this.options.progress?.(this.entries);
    const { alone } = this;
    alone.count('entries');
    alone.count('events', entry.events.length);
    alone.count('messages', entry.outbox.length);
    fold.begin(entry);
    this.messages.take(entry);
    this.books.take(entry, fold);
    for (const { type, v = 1, data } of entry.events) {
      const meaning = v === 1 ? vocabulary[fold.kind]?.[type] : undefined;
      try {
        if (meaning) meaning(data, fold);
        else if (!outside.includes(fold.kind)) fold.wrong(`event ${type}, version ${v}, is not known to the audit`);
      } catch (error) {
        fold.wrong(`event ${type} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    fold.compareMoves(entry.moves);
    if (this.remembered > this.most) this.halve();
  }

  private async close(fold: Fold, first: boolean): Promise<void> {
    this.alone.count('actors');
    this.alone.count('orders', fold.orders.counters.placed);
    this.messages.endActor();
    this.books.close(fold);
    this.rankings.close(fold);
    if (!first) return;
    await this.rows?.check(fold, true);
    if (this.options.read) await checkState(this.options.read, fold, this.alone);
  }

  private get remembered(): number {
    return this.messages.size + this.books.size + this.rankings.size;
  }

  /** What one name alone needs, such as the ranking of all times, cannot be halved. */
  private halve(): void {
    this.slices.push(this.slice.halve());
    for (const room of [this.messages, this.books, this.rankings]) room.trim();
    this.most = Math.max(this.most, 2 * this.remembered);
  }
}

/** The store's own word for an entry that is not what was written. */
function isDamage(error: unknown): error is Error & { readonly actor: ActorId; readonly seq: number } {
  return error instanceof Error && error.name === 'DamagedEntry';
}
