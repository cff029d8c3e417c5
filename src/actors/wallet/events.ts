import type { TransferReason } from './commands.js';

/** One movement, with what the wallet holds of that currency after it. */
export type WalletMoved = {
  readonly transfer: string;
  /** Minor units, above zero. */
  readonly amount: number;
  readonly currency: string;
  readonly reason: TransferReason;
  /** The other end. */
  readonly other: string;
  readonly balance: number;
};

export type WalletEvents = {
  charged: WalletMoved;
  credited: WalletMoved;
};
