/**
 * View rows against what the audit expects of them: each row that should be there is, with the right fields, and no
 * others are. A view may be rebuilt at will, so a wrong row is no lost truth, but people read it.
 */
import type { Journal, Json, Views } from '../../store/ports.js';
import type { Findings } from './findings.js';
import type { ExpectedRow, Fold } from './fold.js';

/** By which index all rows of a collection are found. */
const indexes: Readonly<Record<string, string>> = {
  sales: 'device',
  restocks: 'time',
  transfers: 'wallet',
  devices: 'name',
  stations: 'name',
  payments: 'changed',
};
/** Rows of these are written once and for all, or keep the fields that are compared: they need not be remembered. */
const LASTING: ReadonlySet<string> = new Set(['transfers', 'sales']);
const REMEMBERED = 5_000;
const AT_ONCE = 64;
const PAGE = 1_000;

export class ViewRows {
  private readonly expected = new Map<string, number>(Object.keys(indexes).map((name) => [name, 0]));

  /** Rows that two actors may write. */
  private readonly shared = new Set<string>();

  constructor(
    private readonly views: Views,
    private readonly journal: Journal,
    private readonly findings: Findings,
  ) {}

  /** Compares the rows that an actor should have, when there are many or it has no more entries. */
  async check(fold: Fold, last: boolean): Promise<void> {
    if (!last && fold.rows.size < REMEMBERED) return;
    const rows = [...fold.rows.values()].filter(({ collection }) => last || LASTING.has(collection));
    for (let i = 0; i < rows.length; i += AT_ONCE) {
      await Promise.all(rows.slice(i, i + AT_ONCE).map((row) => this.compare(fold, row)));
    }
    for (const { collection, id, created, shared } of rows) {
      fold.rows.delete(`${collection}/${id}`);
      if (created && !this.shared.has(id)) this.expected.set(collection, (this.expected.get(collection) ?? 0) + 1);
      if (shared) this.shared.add(id);
    }
  }

  /** All has been read: there are as many rows as there should be, or more where a node writes meanwhile. */
  async finish(serving: boolean): Promise<void> {
    for (const [collection, expected] of this.expected) {
      const rows = await this.countRows(collection);
      if (serving && rows > expected) this.findings.count('moved on meanwhile', rows - expected);
      else if (rows !== expected)
        this.findings.wrong('views', collection, `has ${rows} rows, and should have ${expected}`);
    }
  }

  private async compare(fold: Fold, { collection, id, fields, shared }: ExpectedRow): Promise<void> {
    const found = await this.views.get(collection, id);
    this.findings.count('view rows');
    const either = shared || this.shared.has(id);
    const wrong = found ? differing(found, either ? {} : fields) : ['is missing'];
    if (wrong.length === 0) return;
    const [newer] = await this.journal.read(fold.self, fold.seq, 1);
    if (newer) this.findings.count('moved on meanwhile');
    else this.findings.wrong('views', `${collection}/${id}`, wrong.join('; '));
  }

  private async countRows(collection: string): Promise<number> {
    let rows = 0;
    let cursor: string | undefined;
    do {
      const question = { collection, index: indexes[collection] ?? '', limit: PAGE };
      const page = await this.views.find(cursor === undefined ? question : { ...question, cursor });
      rows += page.rows.length;
      cursor = page.cursor;
    } while (cursor !== undefined);
    return rows;
  }
}

function differing(found: Readonly<Record<string, Json>>, fields: ExpectedRow['fields']): string[] {
  return Object.entries(fields).flatMap(([name, should]) => {
    const [is, right] = [canonical(found[name]), canonical(should)];
    return is === right ? [] : [`${name} is ${is}, and should be ${right}`];
  });
}

/** JSON with its keys in order. */
export function canonical(value: Json | undefined): string {
  return JSON.stringify(value ?? null, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
