/**
 * Retention by date: old entries are written to a file, whole, and of each only its core stays in the journal, so that
 * it grows no further than what is told apart by its keys (S3, ENGINE 3). Nodes may serve meanwhile.
 *
 *   A5  what is taken away is kept elsewhere first: on the disk, and read back, before the first entry is changed
 *   A6  an entry is changed only where it stands just as it is kept, so a run that was interrupted is run again; what
 *       it had changed is in its file, what it had not is in the next one
 *
 * What may be taken is choose.ts's affair. What was archived can be put back ({@link recastAll}).
 */
import { encodeArchived, encodeEntry } from '../../store/codec.js';
import {
  StoreUnavailable,
  type Entry,
  type EntryForm,
  type Head,
  type Journal,
  type StoredEntry,
} from '../../store/ports.js';
import { choose, type Chosen, type Source } from './choose.js';

/** Where entries are kept in whole. */
export interface Keeping {
  /** Resolves when all of them are durable there. */
  keep(chosen: Chosen, entries: AsyncIterable<Entry>): Promise<void>;
  /** What it keeps, read back. */
  kept(): AsyncIterable<StoredEntry>;
}

/** What a run came to. */
export interface Archived extends Recast {
  readonly chosen: Chosen;
}

/** Entries that were put into another form. */
export interface Recast {
  readonly changed: number;
  /** Bytes of their texts, whole and archived, of all that were said; a database adds its own. */
  readonly bytes: Readonly<Record<EntryForm, number>>;
}

/** Entries read or changed at a time. */
const PAGE = 500;

/** Archives what may be; nothing is kept where there is nothing. */
export async function archive(source: Source, keeping: Keeping): Promise<Archived> {
  const chosen = await choose(source);
  const { journal } = source.store;
  if (chosen.entries === 0) return { chosen, changed: 0, bytes: { whole: 0, archived: 0 } };
  await keeping.keep(chosen, entriesOf(journal, chosen));
  return { chosen, ...(await recastAll(journal, keeping.kept(), 'archived')) };
}

/** Puts all of these that are whole into a form, in the journal. */
export async function recastAll(
  journal: Pick<Journal, 'recast'>,
  entries: AsyncIterable<StoredEntry>,
  form: EntryForm,
): Promise<Recast> {
  const bytes = { whole: 0, archived: 0 };
  let changed = 0;
  let some: Entry[] = [];
  for await (const entry of entries) {
    if (entry.archived) continue;
    bytes.whole += Buffer.byteLength(encodeEntry(entry));
    bytes.archived += Buffer.byteLength(encodeArchived(entry));
    some.push(entry);
    if (some.length < PAGE) continue;
    changed += await journal.recast(some, form);
    some = [];
  }
  changed += await journal.recast(some, form);
  return { changed, bytes };
}

/** The entries that were chosen. */
async function* entriesOf(journal: Pick<Journal, 'page'>, { chapters }: Chosen): AsyncGenerator<Entry> {
  let page: readonly StoredEntry[] = [];
  let next = 0;
  for (const { actor, after, entries } of chapters) {
    for (let seq = after + 1; seq <= after + entries; seq++) {
      next = placeOf({ actor, seq }, page, next);
      if (next === page.length) {
        page = await journal.page({ actor, seq: seq - 1 }, PAGE);
        next = 0;
      }
      const entry = page[next++];
      if (entry?.actor !== actor || entry.seq !== seq || entry.archived) {
        throw new StoreUnavailable(`entry ${seq} of ${actor} is whole no more: another archive is under way`);
      }
      yield entry;
    }
  }
}

/** Where an entry stands in what is left of a page; its length where it does not. */
function placeOf({ actor, seq }: Head, page: readonly StoredEntry[], from: number): number {
  for (let i = from; i < page.length; i++) if (page[i]?.actor === actor && page[i]?.seq === seq) return i;
  return page.length;
}
