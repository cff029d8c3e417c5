/**
 * Settlement: everything that must happen once when an order is done. Each kind of order has one rule
 * (one file: device/settlement.ts for a sale), which says how what was paid is split; this file pays it out, the
 * same for all kinds.
 *
 *   B1  Integers in minor units; a share is rounded down, and what rounding leaves stays with the seller.
 *   B2  A settlement splits exactly what was held, or it is not paid out at all.
 */
import type { Message } from '../runtime/definition.js';
import type { ActorId, Move } from '../../store/ports.js';
import { toPayment } from '../payment/commands.js';
import { toWallet, type TransferReason } from '../wallet/commands.js';

/** What one wallet gets of an order. */
export type Share = {
  /** Key of the wallet: `dr_…`, `st_…`. */
  readonly wallet: string;
  /** Not zero. */
  readonly amount: number;
  readonly reason: TransferReason;
  /** The transfer's name behind the order's id: `driver` makes `<orderId>.driver`. */
  readonly name: string;
};

/** How what was paid for one order is split: `held` = `refund` + `kept` + the shares. */
export type Settlement = {
  readonly held: number;
  /** Goes back to who paid. */
  readonly refund: number;
  /** The platform's fee, which the settling actor keeps until it is swept. */
  readonly kept: number;
  readonly shares: readonly Share[];
};

/** How one kind of order is split. `result` is what became of it: units dropped, lines accepted. */
export type SettlementRule<Order, Result> = (order: Order, result: Result) => Settlement;

/** Where a refund goes: to a wallet, or back through the payment that brought the money. */
export type RefundTo = { readonly wallet: string } | { readonly payment: string };

/** An order whose money lies at the actor that settles it. */
export type HeldOrder = {
  readonly id: string;
  readonly actor: ActorId;
  readonly currency: string;
  readonly refundTo: RefundTo;
  /** Why something is refunded, as the payment's provider is told. */
  readonly why: string;
};

/** The money that an actor holds for orders that are not settled yet. */
export function heldBy(actor: ActorId): string {
  return `${actor}/held`;
}

/** The platform's fees that an actor keeps until they are swept. */
export function feesAt(actor: ActorId): string {
  return `${actor}/fees`;
}

/** The account of a transfer between the sender's entry and the receiver's. */
export function transit(transfer: string): string {
  return `transit/${transfer}`;
}

/** Books and messages that pay a settlement out. Throws when it does not split exactly what is held (B2). */
export function payOut(order: HeldOrder, settlement: Settlement): { moves: Move[]; send: Message[] } {
  const { held, refund, kept, shares } = settlement;
  const split = shares.reduce((sum, share) => sum + share.amount, refund + kept);
  if (split !== held) throw new Error(`order ${order.id}: ${held} is held, ${split} would be paid out`);
  const moves: Move[] = [];
  const send: Message[] = [];
  const from = heldBy(order.actor);
  for (const { wallet, amount, reason, name } of shares) {
    const transfer = `${order.id}.${name}`;
    moves.push({ from, to: transit(transfer), unit: order.currency, quantity: amount });
    send.push(toWallet('credit', wallet, { transfer, amount, currency: order.currency, reason, payer: order.actor }));
  }
  if (kept > 0) moves.push({ from, to: feesAt(order.actor), unit: order.currency, quantity: kept });
  if (refund > 0) {
    const transfer = `${order.id}.refund`;
    moves.push({ from, to: transit(transfer), unit: order.currency, quantity: refund });
    send.push(sendBack(order, transfer, refund));
  }
  return { moves, send };
}

/** The message that brings money, which the sender puts on `transit/<transfer>`, back to who paid it. */
export function sendBack(order: Omit<HeldOrder, 'id'>, transfer: string, amount: number): Message {
  const { refundTo, currency, actor, why } = order;
  if ('payment' in refundTo) return toPayment('refund', refundTo.payment, { transfer, amount, reason: why });
  return toWallet('credit', refundTo.wallet, { transfer, amount, currency, reason: 'refund', payer: actor });
}
