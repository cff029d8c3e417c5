/**
 * What the sandbox has on its books: orders, the money that came for them, what went back. In memory only: it
 * lies outside of this system, as a bank does.
 */
import { DateTime } from 'luxon';

import type { CreateOrder, CreateRefund, OrderState, Receipt, StatementLine } from '../wire.js';

interface Order {
  readonly asked: CreateOrder;
  readonly receipts: Receipt[];
  /** By the refund's name, which one order uses once. */
  readonly refunds: Map<string, StatementLine>;
  refused: boolean;
}

/** Why the sandbox says no. */
export class SandboxRefusal extends Error {
  override readonly name = 'SandboxRefusal';
  constructor(
    readonly status: 401 | 404 | 409 | 422,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export class Ledger {
  private readonly orders = new Map<string, Order>();
  private readonly lines: StatementLine[] = [];
  private serials = 0;

  /** @param prefix begins each serial, so that those of two runs differ */
  constructor(
    private readonly zone: string,
    private readonly prefix: string,
  ) {}

  /** Whether it is new; the same order again is not, another one of that name is refused. */
  open(asked: CreateOrder): boolean {
    const before = this.orders.get(asked.order)?.asked;
    if (before && (before.amount !== asked.amount || before.currency !== asked.currency)) {
      throw new SandboxRefusal(409, 'order_differs', `order ${asked.order}: exists with another amount`);
    }
    if (!before) this.orders.set(asked.order, { asked, receipts: [], refunds: new Map(), refused: false });
    return !before;
  }

  order(order: string): CreateOrder {
    return this.find(order).asked;
  }

  pay(order: string, amount: number, now: number): Receipt {
    const { asked, receipts } = this.find(order);
    const { currency } = asked;
    const receipt = { serial: `${this.prefix}${++this.serials}`, amount, currency, at: now };
    receipts.push(receipt);
    this.lines.push({ kind: 'payment', id: receipt.serial, order, amount, currency, at: now });
    return receipt;
  }

  refuse(order: string): void {
    this.find(order).refused = true;
  }

  /** What became of an order; one that is not known is waited for. */
  state(order: string): OrderState {
    const found = this.orders.get(order);
    if (found && found.receipts.length > 0) return { result: 'paid', receipts: found.receipts };
    return { result: found?.refused === true ? 'refused' : 'waiting' };
  }

  /** Once for each name: the same refund again gets the same line. */
  refund({ order, refund, amount, currency }: CreateRefund, now: number): StatementLine {
    const { receipts, refunds } = this.find(order);
    const before = refunds.get(refund);
    if (before) {
      if (before.amount === amount && before.currency === currency) return before;
      throw new SandboxRefusal(409, 'refund_differs', `refund ${refund}: exists with another amount`);
    }
    const left = sum(receipts, currency) - sum([...refunds.values()], currency);
    if (amount > left) {
      throw new SandboxRefusal(422, 'refund_exceeds_payment', `amount ${amount}: order ${order} has ${left} left`);
    }
    const line: StatementLine = { kind: 'refund', id: refund, order, amount, currency, at: now };
    refunds.set(refund, line);
    this.lines.push(line);
    return line;
  }

  /** All that moved on a day of the sandbox's zone, in order. */
  statement(day: string): readonly StatementLine[] {
    const start = DateTime.fromISO(day, { zone: this.zone });
    const [from, until] = [start.toMillis(), start.plus({ days: 1 }).toMillis()];
    return this.lines.filter(({ at }) => at >= from && at < until);
  }

  private find(order: string): Order {
    const found = this.orders.get(order);
    if (!found) throw new SandboxRefusal(404, 'unknown_order', `order ${order}: there is none`);
    return found;
  }
}

function sum(lines: readonly Pick<Receipt, 'amount' | 'currency'>[], currency: string): number {
  return lines.reduce((total, line) => (line.currency === currency ? total + line.amount : total), 0);
}
