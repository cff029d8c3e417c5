/** What an audit says: how much of what was checked, and every difference, by the room that found it. */

/** The rooms of the audit; docs/verify.md says what each checks. */
export type Room = 'integrity' | 'causality' | 'books' | 'orders' | 'rankings' | 'states' | 'views';

/** Something that cannot be true. */
export type Difference = {
  readonly room: Room;
  /** `<actor>/<seq>`, an actor, an account, a message or a row `<collection>/<id>`. */
  readonly where: string;
  readonly text: string;
};

export type VerifyReport = {
  /** How many of each thing were checked. */
  readonly checked: Readonly<Record<string, number>>;
  /** By unit (a currency or a product): what lies in each kind of account, `world/*` negative. */
  readonly books: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** In the order found, at most {@link MOST_DIFFERENCES}. */
  readonly differences: readonly Difference[];
  /** All differences, those not listed included. */
  readonly found: number;
};

/** Differences that are listed: a broken store may have one for each entry. */
const MOST_DIFFERENCES = 1_000;

export class Findings {
  readonly differences: Difference[] = [];
  readonly checked: Record<string, number> = {};
  found = 0;

  /** Counts things that were checked. */
  count(what: string, n = 1): void {
    this.checked[what] = (this.checked[what] ?? 0) + n;
  }

  wrong(room: Room, where: string, text: string): void {
    this.found += 1;
    if (this.differences.length < MOST_DIFFERENCES) this.differences.push({ room, where, text });
  }
}

/** The report for people: counts, books, and the differences last. */
export function renderText({ checked, books, differences, found }: VerifyReport): string {
  const counts = Object.entries(checked).map(([what, n]) => `  ${what.padEnd(24)} ${n.toLocaleString('en')}`);
  const units = Object.entries(books).map(([unit, accounts]) => {
    const parts = Object.entries(accounts).map(([account, sum]) => `${account} ${sum.toLocaleString('en')}`);
    return `  ${unit.padEnd(24)} ${parts.join(', ')}`;
  });
  const wrong = differences.map(({ room, where, text }) => `  ${room}  ${where}: ${text}`);
  const more = found > differences.length ? [`  and ${found - differences.length} more`] : [];
  const verdict = found === 0 ? ['No differences.'] : [`${found} differences:`, ...wrong, ...more];
  return ['Checked:', ...counts, 'Books, by unit (money in minor units):', ...units, ...verdict].join('\n');
}

/** The report for programs. */
export function renderJson(report: VerifyReport): string {
  return JSON.stringify(report, null, 2);
}
