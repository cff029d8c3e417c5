/**
 * A wallet as its owner uses it: he knows what is in it, and fills it at the provider before it is empty.
 */
import { Inbox } from './inbox.js';
import type { Line } from './line.js';

interface Changed {
  readonly currency: string;
  readonly balance: number;
}

/** ms that the provider may take. */
const PAID_WITHIN = 60_000;

/** One currency of one wallet; amounts in minor units. */
export class Purse {
  private readonly inbox = new Inbox();
  private filling: Promise<void> | undefined;
  /** What is being bought and may not be paid yet. */
  private aside = 0;

  private constructor(
    private readonly line: Line,
    private readonly currency: string,
    /** What one top-up brings. */
    private readonly portion: number,
    private balance: number,
  ) {}

  /** @param key the wallet's owner, `p_…` or `dr_…` */
  static async open(line: Line, key: string, currency: string, portion: number): Promise<Purse> {
    const purse = new Purse(line, currency, portion, 0);
    await line.follow(`wallet:${key}/balance`, ({ data }) => {
      const changed = data as unknown as Changed;
      if (changed.currency !== currency) return;
      const more = changed.balance > purse.balance;
      purse.balance = changed.balance;
      if (more) purse.inbox.put('balance', { name: 'more', data });
    });
    const { balances } = await line.ask('wallet.get', {});
    purse.balance = balances[currency] ?? 0;
    return purse;
  }

  /** Fills the wallet until it holds `least`; those who ask meanwhile wait for the same payment. */
  async ensure(least: number): Promise<void> {
    while (this.balance < least) {
      this.filling ??= this.fill().finally(() => {
        this.filling = undefined;
      });
      await this.filling;
    }
  }

  /**
   * Buys for `amount`, or less, with as much money set aside meanwhile: what is bought side by side is covered
   * together.
   */
  async spend<T>(amount: number, buy: () => Promise<T>): Promise<T> {
    this.aside += amount;
    try {
      await this.ensure(this.aside);
      return await buy();
    } finally {
      this.aside -= amount;
    }
  }

  /** One portion more. */
  private async fill(): Promise<void> {
    const goal = this.balance + 1;
    this.inbox.forget('balance');
    await this.line.ask('wallet.topUp', { amount: this.portion, currency: this.currency, provider: 'sandbox' });
    while (this.balance < goal) await this.inbox.wait('balance', ['more'], PAID_WITHIN);
  }
}
