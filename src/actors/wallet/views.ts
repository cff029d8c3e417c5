/**
 * The view `transfers`: a row for each movement of each wallet. Every row carries the balance after it,
 * so a statement, which is a wallet's rows in one currency, sums exactly to its balance.
 */
import type { CollectionDeclaration, Row } from '../../store/ports.js';
import type { At } from '../runtime/definition.js';
import { keyOf } from '../runtime/ids.js';
import type { WalletMoved } from './events.js';

export const transfersCollection: CollectionDeclaration = {
  name: 'transfers',
  indexes: [{ name: 'wallet', fields: ['wallet', 'seq'] }],
};

/** One line of a statement: `amount` is signed, minor units; `at` ms UTC. */
export type TransferFields = {
  readonly wallet: string;
  readonly seq: number;
  readonly at: number;
  readonly transfer: string;
  readonly amount: number;
  readonly currency: string;
  readonly reason: string;
  readonly other: string;
  readonly balance: number;
};

/** The row of a movement; `sign` is -1 for what went out. */
export function transferRow(sign: 1 | -1, moved: WalletMoved, { self, seq, now }: At): Omit<Row, 'version'> {
  const wallet = keyOf(self);
  const fields: TransferFields = { ...moved, amount: sign * moved.amount, wallet, seq, at: now };
  return { collection: transfersCollection.name, id: `${wallet}.${seq}`, fields };
}
