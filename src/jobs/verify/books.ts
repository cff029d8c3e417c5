/**
 * The books (B2): what lies in every account by the moves alone. No account but the world's is ever below zero; an
 * actor's shelves and held orders agree with its accounts; what is in transit waits for an open promise.
 */
import type { Entry } from '../../store/ports.js';
import { Accounts } from './accounts.js';
import type { Findings } from './findings.js';
import type { Fold } from './fold.js';
import type { OpenPromise } from './messages.js';
import type { Slice } from './slice.js';
import { transitsOf } from './vocabulary.js';

const TRANSIT = 'transit/';
const WORLD = 'world/';

/** What lies in a transit account after the last entry. */
export interface Left {
  readonly account: string;
  readonly unit: string;
  readonly balance: number;
}

export class Books {
  /** By kind of account and unit, e.g. `device/held CNY`, `world/sandbox CNY`; of all transit accounts, one sum. */
  private readonly sums = new Accounts();
  private readonly transits = new Accounts();

  constructor(
    private readonly slice: Slice,
    private readonly findings: Findings,
  ) {}

  /** Transit accounts that are remembered. */
  get size(): number {
    return this.transits.size;
  }

  /** Forgets what the slice no longer watches. */
  trim(): void {
    this.transits.keep((account) => this.slice.has(account));
  }

  take({ moves, seq }: Entry, fold: Fold): void {
    for (const { from, to, unit, quantity } of moves) {
      this.add(from, unit, -quantity, fold, seq);
      this.add(to, unit, quantity, fold, seq);
    }
    this.findings.count('moves', moves.length);
  }

  /** The actor's last entry has been read. */
  close(fold: Fold): void {
    const { self, shelves, orders, accounts, currency } = fold;
    for (const [account, unit, balance] of accounts) {
      this.sums.add(fold.kind + account.slice(self.length), unit, balance);
      this.findings.count('accounts');
    }
    if (fold.kind !== 'device' && fold.kind !== 'station') return;
    const stock = shelves.stock();
    for (const product of new Set([...stock.keys(), ...accounts.of(self).keys()])) {
      const [shelved, booked] = [stock.get(product) ?? 0, accounts.get(self, product)];
      if (shelved !== booked) this.findings.wrong('books', self, `has ${shelved} ${product}, the books say ${booked}`);
    }
    const [held, booked] = [orders.held(), accounts.get(`${self}/held`, currency)];
    if (held !== booked) this.findings.wrong('books', self, `holds ${held} for open orders, the books say ${booked}`);
  }

  /** All has been read: what is still in transit. */
  finish(): readonly Left[] {
    return [...this.transits].map(([account, unit, balance]) => ({ account, unit, balance }));
  }

  /** Sums by unit, and in it by kind of account. Each unit's sums are zero together, or a move has lost an end. */
  report(): Record<string, Record<string, number>> {
    const units: Record<string, Record<string, number>> = {};
    for (const [account, unit, sum] of this.sums) (units[unit] ??= {})[account] = sum;
    for (const [unit, accounts] of Object.entries(units)) {
      const sum = Object.values(accounts).reduce((all, one) => all + one, 0);
      if (sum !== 0) this.findings.wrong('books', unit, `the sum over all accounts is ${sum}`);
    }
    return units;
  }

  private add(account: string, unit: string, quantity: number, fold: Fold, seq: number): void {
    if (account.startsWith(WORLD)) this.sums.add(account, unit, quantity);
    else if (account.startsWith(TRANSIT)) {
      this.sums.add('transit', unit, quantity);
      if (this.slice.has(account)) this.transits.add(account, unit, quantity);
    } else if (fold.accounts.add(account, unit, quantity) < 0) {
      this.findings.wrong('books', `${fold.self}/${seq}`, `${account} falls below zero ${unit}`);
    }
  }
}

/** What is in transit must wait for an open promise that takes it on. */
export function judgeLeft(left: Iterable<Left>, open: Iterable<OpenPromise>, findings: Findings): void {
  const awaited = new Set<string>();
  for (const { input } of open) for (const account of transitsOf(input)) awaited.add(account);
  for (const { account, unit, balance } of left) {
    findings.count('accounts in transit');
    if (balance < 0) findings.wrong('books', account, `lacks ${-balance} ${unit}`);
    else if (!awaited.has(account)) {
      findings.wrong('books', account, `holds ${balance} ${unit}, and no open promise takes it on`);
    }
  }
}
