/**
 * What a wallet can be told: one wallet for each owner's key (`wallet:p_…`, `wallet:dr_…`,
 * `wallet:st_…`, `wallet:platform`). Amounts are minor units of the currency (B1).
 *
 * Only actors move money: a device, a station or a payment, by a message. A command of a client never
 * gets through, whatever subject it is made in.
 *
 * Books (B2): the money is on `transit/<transfer>` between the two entries of a transfer.
 *   charge   wallet: `wallet:<key>` → transit.   The charger, when `chargeAnswered` is ok: transit → its own account.
 *   credit   the sender: its own account → transit.   wallet: transit → `wallet:<key>`.
 */
import { messagesTo } from '../runtime/definition.js';

/** Why money moves, as a statement shows it. */
export type TransferReason = 'topUp' | 'sale' | 'restock' | 'refund' | 'earnings' | 'fees';

export type Charge = {
  /** The transfer's name, e.g. `<saleId>.charge`; its transit account is `transit/<transfer>`. */
  readonly transfer: string;
  readonly amount: number;
  readonly currency: string;
  readonly reason: TransferReason;
  /** The other end, as the statement shows it: `device:d_…`, `station:st_…`. */
  readonly payee: string;
};

export type Credit = {
  readonly transfer: string;
  readonly amount: number;
  readonly currency: string;
  readonly reason: TransferReason;
  /** The other end, as the statement shows it. */
  readonly payer: string;
};

/** What moved, and what the wallet holds after it. */
export type Moved = {
  readonly transfer: string;
  readonly amount: number;
  readonly currency: string;
  readonly balance: number;
};

export type WalletCommands = {
  /** Takes money out. Refuses `insufficient_funds` (details: balance, amount, currency), `not_allowed`, `bad_input`. */
  charge: { input: Charge; reply: Moved };
  /** Puts money in. A well-formed credit of an actor is never refused, so it needs no reply. */
  credit: { input: Credit; reply: Moved };
};

/** `toWallet('charge', 'p_…', charge, { reply: 'chargeAnswered', note })`. */
export const toWallet = messagesTo<WalletCommands>('wallet');
