/**
 * What is wrong with a file: bad rows are counted, listed with line and reason, never fatal; a bad file is.
 */

/** A file that is not of its format, or cannot be used; the message names it and says why. */
export class BadFile extends Error {
  override readonly name = 'BadFile';
}

/** Why a row was not taken. */
export type RejectCode =
  | 'broken_line'
  | 'not_utf8'
  | 'missing'
  | 'bad_value'
  | 'duplicate'
  | 'out_of_order'
  | 'too_fast'
  | 'overlapping_trip'
  | 'single_fix';

/** One row that was not taken. */
export interface Reject {
  /** Line of the file, the header being line 1. */
  readonly line: number;
  readonly code: RejectCode;
  /** Names the column and the rule. */
  readonly message: string;
}

/** Thrown by a check inside a reader; the reader turns it into a {@link Reject}. */
export class BadRow extends Error {
  override readonly name = 'BadRow';
  constructor(
    readonly code: RejectCode,
    message: string,
  ) {
    super(message);
  }
}

/** How many rejects of one file are kept word for word; all are counted. */
const LISTED = 1_000;

/** What one file's reader did not take. */
export class Rejects {
  /** The first {@link LISTED} of them. */
  readonly listed: Reject[] = [];
  private readonly counts = new Map<RejectCode, number>();

  constructor(readonly file: string) {}

  add(line: number, code: RejectCode, message: string): void {
    this.counts.set(code, (this.counts.get(code) ?? 0) + 1);
    if (this.listed.length < LISTED) this.listed.push({ line, code, message });
  }

  /** Runs a check of one row; a {@link BadRow} is counted, and `undefined` comes back. */
  check<T>(line: number, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof BadRow)) throw error;
      this.add(line, error.code, error.message);
      return undefined;
    }
  }

  get total(): number {
    return [...this.counts.values()].reduce((sum, n) => sum + n, 0);
  }

  get byCode(): Readonly<Partial<Record<RejectCode, number>>> {
    return Object.fromEntries(this.counts);
  }
}

/** How many bad rows of a file are shown with line and reason; all are counted. */
const SHOWN = 20;

/** Bad rows of one file: how many for each reason, and the first of them. */
export function rejectLines(rejects: Rejects): readonly string[] {
  if (rejects.total === 0) return [`${rejects.file}: no bad rows`];
  const counts = Object.entries(rejects.byCode).map(([code, count]) => `${count} ${code}`);
  const lines = rejects.listed.slice(0, SHOWN).map(({ line, code, message }) => `  line ${line}: ${code}, ${message}`);
  const rest = rejects.total - lines.length;
  return [`${rejects.file}: ${counts.join(', ')}`, ...lines, ...(rest > 0 ? [`  and ${rest} more`] : [])];
}
