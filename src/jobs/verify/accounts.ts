/** Balances by account and unit. What is empty is forgotten, so a sum costs memory only while something is in it. */
export class Accounts {
  private readonly balances = new Map<string, Map<string, number>>();

  /** Adds to an account (or takes, below zero); gives what is in it then. */
  add(account: string, unit: string, quantity: number): number {
    let units = this.balances.get(account);
    if (!units) this.balances.set(account, (units = new Map<string, number>()));
    const balance = (units.get(unit) ?? 0) + quantity;
    if (balance !== 0) units.set(unit, balance);
    else {
      units.delete(unit);
      if (units.size === 0) this.balances.delete(account);
    }
    return balance;
  }

  get(account: string, unit: string): number {
    return this.balances.get(account)?.get(unit) ?? 0;
  }

  /** What is in one account, by unit. */
  of(account: string): ReadonlyMap<string, number> {
    return this.balances.get(account) ?? new Map<string, number>();
  }

  /** Accounts that are not empty. */
  get size(): number {
    return this.balances.size;
  }

  /** Forgets the accounts that a slice does not watch. */
  keep(watched: (account: string) => boolean): void {
    for (const account of this.balances.keys()) if (!watched(account)) this.balances.delete(account);
  }

  *[Symbol.iterator](): IterableIterator<readonly [account: string, unit: string, balance: number]> {
    for (const [account, units] of this.balances) for (const [unit, sum] of units) yield [account, unit, sum];
  }
}
