/**
 * Rankings against what owners sold: the figures of each owner are added up anew from its sales or restocks, and
 * must stand in the ranking of each span, in the sums of drivers and products, and in the totals.
 *
 * Owners report absolute figures now and then, so a ranking may be behind: only while the owner's timer to report
 * stands open, or its report is on the way. Such an owner is counted as `not yet reported`.
 */
import type { Findings } from './findings.js';
import type { Fold } from './fold.js';
import type { OpenPromise } from './messages.js';
import type { Ranked } from './ranked.js';
import type { Slice } from './slice.js';
import { addTo, type Figures, type Sum } from './sums.js';

const KIND = 'ranking:';
/** The message with which an owner tells a ranking, and its own timer to do so. */
const REPORT = 'report';
const TIMER = 'tellRankings';

/** An owner whose row is not what it sold. */
export interface Behind {
  readonly ranking: string;
  /** `<list>/<id>`. */
  readonly owner: string;
  readonly is: Figures;
  readonly should: Figures;
}

interface Right {
  /** By `<list>/<id>`. */
  readonly owners: Map<string, Figures>;
  readonly drivers: Map<string, Figures>;
  readonly products: Map<string, Figures>;
}

export class Rankings {
  /** By ranking: what owners sold, and what it says. */
  private readonly right = new Map<string, Right>();
  private readonly told = new Map<string, Ranked>();
  private rows = 0;

  constructor(
    private readonly slice: Slice,
    private readonly findings: Findings,
  ) {}

  /** Rows that are remembered. */
  get size(): number {
    return this.rows;
  }

  /** Forgets what the slice no longer watches. */
  trim(): void {
    for (const map of [this.right, this.told]) for (const id of map.keys()) if (!this.slice.has(id)) map.delete(id);
    this.rows = [...this.right.values()].reduce((sum, { owners }) => sum + owners.size, 0);
    for (const { owners } of this.told.values()) this.rows += owners.size;
  }

  /** An owner's or a ranking's last entry has been read. */
  close({ kind, key, self, currency, sums, ranked }: Fold): void {
    if (kind === 'ranking' && this.slice.has(self)) {
      this.told.set(self, ranked);
      this.rows += ranked.owners.size;
    }
    if (kind !== 'device' && kind !== 'station') return;
    for (const [span, sum] of sums.bySpan) {
      const id = `${KIND}${span}.${currency}`;
      if (this.slice.has(id)) this.add(id, `${kind}s/${key}`, kind === 'device' ? 'drivers' : 'products', sum);
    }
  }

  /** All has been read. Gives the owners whose rows are not what they sold: they may be on their way. */
  finish(): readonly Behind[] {
    for (const [id, { owners }] of this.told) {
      if (!this.right.has(id) && owners.size > 0)
        this.findings.wrong('rankings', id, 'ranks owners who sold nothing then');
    }
    return [...this.right].flatMap(([id, right]) => this.compare(id, right));
  }

  private add(id: string, owner: string, shared: 'drivers' | 'products', sum: Sum): void {
    let right = this.right.get(id);
    if (!right) this.right.set(id, (right = { owners: new Map(), drivers: new Map(), products: new Map() }));
    right.owners.set(owner, { amount: sum.amount, count: sum.count });
    for (const [share, figures] of sum.shares) addTo(right[shared], share, figures);
    this.rows += 1;
  }

  private compare(ranking: string, right: Right): readonly Behind[] {
    const told = this.told.get(ranking);
    const behind: Behind[] = [];
    for (const owner of new Set([...right.owners.keys(), ...(told?.owners.keys() ?? [])])) {
      const is = told?.owners.get(owner) ?? NONE;
      const should = right.owners.get(owner) ?? NONE;
      this.findings.count('ranked owners');
      if (!same(is, should)) behind.push({ ranking, owner, is, should });
    }
    this.findings.count('rankings');
    // Sums can only be compared when all that was sold is in them.
    if (behind.length === 0 && told) {
      for (const list of ['drivers', 'products'] as const) this.compareShared(ranking, told[list], right[list]);
    }
    return behind;
  }

  private compareShared(id: string, told: ReadonlyMap<string, Figures>, right: ReadonlyMap<string, Figures>): void {
    for (const row of new Set([...told.keys(), ...right.keys()])) {
      this.findings.count('ranked sums');
      const [is, should] = [told.get(row) ?? NONE, right.get(row) ?? NONE];
      if (!same(is, should)) this.findings.wrong('rankings', id, `${row} has ${shown(is)}, and sold ${shown(should)}`);
    }
  }
}

/** Of the owners that are behind, those that must not be are differences. */
export function judgeBehind(behind: Iterable<Behind>, open: Iterable<OpenPromise>, findings: Findings): void {
  const late = new Set<string>();
  for (const { from, to, type, handled } of open) {
    const owner = from.replace(':', 's/');
    if (type === TIMER && to === from) late.add(owner);
    if (type === REPORT && to.startsWith(KIND) && !handled) late.add(`${to} ${owner}`);
  }
  for (const { ranking, owner, is, should } of behind) {
    const onItsWay = late.has(owner) || late.has(`${ranking} ${owner}`);
    // Figures only grow: a ranking that is behind has less.
    if (onItsWay && is.count < should.count && is.amount <= should.amount) findings.count('not yet reported');
    else findings.wrong('rankings', ranking, `${owner} has ${shown(is)}, and sold ${shown(should)}`);
  }
}

const NONE: Figures = { amount: 0, count: 0 };

function same(a: Figures, b: Figures): boolean {
  return a.amount === b.amount && a.count === b.count;
}

function shown({ amount, count }: Figures): string {
  return `${amount} in ${count}`;
}
