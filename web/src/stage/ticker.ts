/**
 * Which orders run through the ticker. It shows one at a time as room comes; what came in between is
 * told as a number, so that the strip stays in the present whatever the rate. Pure.
 */
import type { Order } from '../line/protocol.js';

/** An order on the strip, and how many more went through unseen just before it. */
export type Passing = { readonly order: Order; readonly more: number };

export class TickerQueue {
  private newest: Order | undefined;
  private waiting = 0;

  /** New orders, newest first. Only the newest is kept, the others are counted (R8: nothing piles up). */
  add(orders: readonly Order[]): void {
    if (orders[0]) this.newest = orders[0];
    this.waiting += orders.length;
  }

  /** The next to show; undefined when nothing new came. */
  next(): Passing | undefined {
    const order = this.newest;
    if (!order) return undefined;
    const more = this.waiting - 1;
    this.newest = undefined;
    this.waiting = 0;
    return { order, more };
  }
}
