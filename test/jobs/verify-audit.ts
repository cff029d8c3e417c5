/** Audits a city's journal, and lets a test put other things in the place of its own. */
import { verify, type ReadState, type VerifyReport } from '../../src/jobs/verify/index.js';
import type { Entry, Json, Views } from '../../src/store/ports.js';
import { journalWith } from '../support/journal.js';
import type { Lived } from './verify-city.js';

/** An entry that a test may alter. */
type Open<T> = T extends readonly (infer U)[]
  ? Open<U>[]
  : T extends object
    ? { -readonly [K in keyof T]: Open<T[K]> }
    : T;
type Held = 'events' | 'outbox';
export type OpenEntry = Open<Omit<Entry, Held>> & {
  events: { type: string; data: Json }[];
  outbox: (Omit<Entry['outbox'][number], 'input'> & { input: Json })[];
};
export type Entries = OpenEntry[];

interface Given {
  readonly entries?: readonly Entry[];
  readonly views?: Views;
  readonly read?: ReadState;
  readonly remember?: number;
  readonly serving?: boolean;
  /** Of the journal alone. */
  readonly alone?: boolean;
}

/** Audits what a city lived, with other things in the place of its own where a test gives them. */
export function audit(lived: Lived, given: Given = {}): Promise<VerifyReport> {
  const { store, clock } = lived;
  const { entries = lived.entries, views = store.views, read = lived.read, remember, serving = false, alone } = given;
  const journal = journalWith(store.journal, { scan: () => scanOf(entries) });
  const beside = alone === true ? {} : { views, read };
  return clock.settle(
    verify({ journal, serving, ...beside, ...(remember === undefined ? {} : { remember }) }),
    24 * 3_600_000,
  );
}

export async function* scanOf(entries: readonly Entry[]): AsyncGenerator<Entry> {
  yield* entries;
}

/** The differences as lines. */
export const found = ({ differences }: VerifyReport) =>
  differences.map(({ room, where, text }) => `${room} ${where}: ${text}`);
/** A copy that may be altered. */
export function open(entries: readonly Entry[]): Entries {
  return structuredClone(entries) as Entries;
}

/** Where the first entry with an event of this type stands. */
export function at(entries: Entries, type: string): number {
  const index = entries.findIndex(({ events }) => events.some((event) => event.type === type));
  if (index < 0) throw new Error(`there is no ${type}`);
  return index;
}
