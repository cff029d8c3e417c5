/**
 * What the audit knows of one actor while it reads that actor's entries: its shelves, orders and sums, its own
 * accounts, the rows that the views should have. The vocabulary says what each event means by calling what is here;
 * after the actor's last entry all of it is compared and forgotten.
 */
import type { ActorId, Entry, Json, Move } from '../../store/ports.js';
import { Accounts } from './accounts.js';
import { Census } from './census.js';
import type { Findings } from './findings.js';
import { Orders } from './orders.js';
import { Ranked } from './ranked.js';
import { Shelves } from './shelves.js';
import { Sums } from './sums.js';

/** A row that a view should have; only the fields named here are compared. */
export interface ExpectedRow {
  readonly collection: string;
  readonly id: string;
  readonly fields: Readonly<Record<string, Json>>;
  /** Whether it was not known before: it counts as one of the collection's. */
  readonly created: boolean;
  /** Another actor may write it too, so that either's word may stand there. */
  readonly shared: boolean;
}

export class Fold {
  readonly kind: string;
  readonly key: string;
  /** The seq of the last entry. */
  seq = 0;
  /** ms UTC of the last entry. */
  at = 0;
  name = '';
  currency = '';
  /** Who is paid for what is sold from now on. */
  owner = '';
  /** The platform's share, hundredths of a percent. */
  feeBasisPoints = 0;
  readonly shelves: Shelves;
  readonly orders: Orders;
  readonly sums = new Sums();
  /** Money on its way back, by the refund's name. */
  readonly refunds = new Map<string, { readonly amount: number; readonly currency: string }>();
  readonly rows = new Map<string, ExpectedRow>();
  /** Of a ranking: its rows. */
  readonly ranked: Ranked;
  /** Of the fleet: who is online. */
  readonly census = new Census();
  /** Own accounts. */
  readonly accounts = new Accounts();
  /** What the present entry's events say should move, and stand after it. */
  private expected: Move[] = [];
  private standing: { readonly account: string; readonly unit: string; readonly balance: number }[] = [];

  constructor(
    readonly self: ActorId,
    private readonly findings: Findings,
  ) {
    const colon = self.indexOf(':');
    this.kind = self.slice(0, colon);
    this.key = self.slice(colon + 1);
    const wrong = (text: string) => {
      this.wrong(text);
    };
    this.shelves = new Shelves(wrong);
    this.orders = new Orders(this.shelves, wrong);
    this.ranked = new Ranked((text) => {
      findings.wrong('rankings', `${this.self}/${this.seq}`, text);
    });
  }

  begin({ seq, at }: Entry): void {
    this.seq = seq;
    this.at = at;
    this.expected = [];
    this.standing = [];
  }

  /** A difference of the present entry. */
  wrong(text: string): void {
    this.findings.wrong('orders', `${this.self}/${this.seq}`, text);
  }

  /** Two figures that must be the same. */
  equal(what: string, told: number, right: number): void {
    if (told !== right) this.wrong(`${what} is ${told}, and should be ${right}`);
  }

  /** A move that the present entry must have. A name that ends with `*` stands for all that begin so. */
  move(from: string, to: string, unit: string, quantity: number): void {
    if (quantity !== 0) this.expected.push({ from, to, unit, quantity });
  }

  /** What must be in an own account after the present entry. */
  stands(account: string, unit: string, balance: number): void {
    this.standing.push({ account, unit, balance });
  }

  /** A row, from its beginning. */
  row(collection: string, id: string, fields: ExpectedRow['fields'], shared = false): void {
    this.rows.set(`${collection}/${id}`, { collection, id, fields, created: true, shared });
  }

  /** More, or newer, fields of a row that has begun. */
  addToRow(collection: string, id: string, fields: ExpectedRow['fields']): void {
    const key = `${collection}/${id}`;
    const { fields: before, created = false, shared = false } = this.rows.get(key) ?? {};
    this.rows.set(key, { collection, id, fields: { ...before, ...fields }, created, shared });
  }

  /** Compares the present entry's moves, which the accounts have taken, with what its events say. */
  compareMoves(moves: readonly Move[]): void {
    for (const { account, unit, balance } of this.standing) {
      const right = this.accounts.get(account, unit);
      if (balance !== right) this.wrong(`the balance is told as ${balance} ${unit}, and is ${right}`);
    }
    const left = [...this.expected];
    for (const move of moves) {
      const i = left.findIndex((one) => fits(one, move));
      if (i < 0) this.findings.wrong('books', `${this.self}/${this.seq}`, `${written(move)} follows from no event`);
      else left.splice(i, 1);
    }
    for (const move of left) this.findings.wrong('books', `${this.self}/${this.seq}`, `${written(move)} is missing`);
  }
}

function fits(expected: Move, move: Move): boolean {
  return (
    expected.quantity === move.quantity &&
    expected.unit === move.unit &&
    named(expected.from, move.from) &&
    named(expected.to, move.to)
  );
}

function named(pattern: string, account: string): boolean {
  return pattern.endsWith('*') ? account.startsWith(pattern.slice(0, -1)) : account === pattern;
}

/** A move for people. */
function written({ from, to, unit, quantity }: Move): string {
  return `the move of ${quantity} ${unit} from ${from} to ${to}`;
}
