/** Runs the sandbox's orders: what each payer does and when, what the books hold, what the shop is told. */
import { nanoid } from 'nanoid';

import type { Clock } from '../../../actors/runtime/clock.js';
import type { CreateOrder, CreateRefund, Notification } from '../wire.js';
import { planOf, type Plan, type Wish } from './behaviour.js';
import { Ledger } from './ledger.js';
import { Notifier, type CallBackCount } from './notifier.js';

export interface TillOptions {
  readonly clock: Clock;
  readonly secret: string;
  readonly zone: string;
  readonly payAfterMs: number;
  readonly repeatMs: number;
}

/** Operators' wishes for single orders, oldest forgotten first. */
const MOST_WISHES = 10_000;

export class Till {
  readonly ledger: Ledger;
  private readonly notifier: Notifier;
  private readonly wishes = new Map<string, Wish>();
  private usual: Wish = { behaviour: 'pays' };
  private pages = '';

  constructor(private readonly options: TillOptions) {
    this.ledger = new Ledger(options.zone, `sb_${nanoid(8)}_`);
    this.notifier = new Notifier(options.secret, options.clock, options.repeatMs);
  }

  /** Where the payers' pages are, once it is known. */
  pagesAt(url: string): void {
    this.pages = url;
  }

  /** How an order shall behave, or all that no wish names. */
  wish(wish: Wish, order?: string): void {
    if (order === undefined) {
      this.usual = wish;
      return;
    }
    const [oldest] = this.wishes.keys();
    if (this.wishes.size >= MOST_WISHES && oldest !== undefined) this.wishes.delete(oldest);
    this.wishes.set(order, wish);
  }

  open(asked: CreateOrder): { readonly order: string; readonly url: string } {
    const { order, amount, expiresAt } = asked;
    if (this.ledger.open(asked)) {
      const wish = this.wishes.get(order) ?? this.usual;
      const expiresIn = expiresAt - this.options.clock.now();
      const { deeds, tells } = planOf(wish, { amount, expiresIn }, this.options.payAfterMs);
      for (const { after, pays } of deeds) {
        this.notifier.later(after, () => {
          this.settle(asked, pays, tells);
        });
      }
    }
    return { order, url: `${this.pages}${order}` };
  }

  refund(asked: CreateRefund): { readonly refund: string; readonly at: number } {
    const { id, at } = this.ledger.refund(asked, this.options.clock.now());
    return { refund: id, at };
  }

  /** Call-backs so far. */
  get callBacks(): CallBackCount {
    return this.notifier.count;
  }

  /** No payer pays any more, no shop is told. */
  stop(): void {
    this.notifier.stop();
  }

  private settle({ app, order, notifyUrl }: CreateOrder, pays: number | 'nothing', tells: Plan['tells']): void {
    const common = { notification: `n_${nanoid(16)}`, app, order };
    let told: Notification;
    if (pays === 'nothing') {
      this.ledger.refuse(order);
      told = { ...common, result: 'refused' };
    } else {
      told = { ...common, result: 'paid', receipt: this.ledger.pay(order, pays, this.options.clock.now()) };
    }
    for (const after of tells) {
      this.notifier.later(after, () => {
        this.notifier.tell(notifyUrl, told);
      });
    }
  }
}
