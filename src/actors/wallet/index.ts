/**
 * The wallet: what an owner has, by currency, and the only place where it changes.
 *
 * Boundary: it knows no sale and no restock, only transfers with two ends. Who may spend is decided
 * by the device or the station that charges.
 * Keeps: R1 (one movement a turn), B1, B2; no balance is ever negative.
 */
import { defineActor, refuse, type ActorDefinition, type PushBody } from '../runtime/definition.js';
import { maySee } from '../shared/callers.js';
import type { WalletCommands } from './commands.js';
import { charge, credit } from './decide.js';
import type { WalletEvents, WalletMoved } from './events.js';
import { moved } from './evolve.js';
import { initialWallet, type WalletState } from './state.js';
import { transferRow, transfersCollection } from './views.js';

export type WalletReads = {
  /** By its owner or the platform: minor units by currency. */
  balance: { input: unknown; reply: { readonly balances: Readonly<Record<string, number>> } };
};

export function walletActor(): ActorDefinition<WalletState, WalletCommands, WalletEvents, WalletReads> {
  return defineActor<WalletState, WalletCommands, WalletEvents, WalletReads>({
    kind: 'wallet',
    version: 1,
    initial: initialWallet,
    decide: { charge, credit },
    evolve: { charged: moved, credited: moved },
    reads: {
      balance: (state, _input, context) =>
        maySee(context, context.key) ? { balances: state.balances } : refuse('not_yours', 'wallet: of another owner'),
    },
    push: {
      charged: (data) => [balancePush(-data.amount, data)],
      credited: (data) => [balancePush(data.amount, data)],
    },
    rows: {
      charged: (_state, data, at) => [transferRow(-1, data, at)],
      credited: (_state, data, at) => [transferRow(1, data, at)],
    },
    collections: [transfersCollection.name],
  });
}

/** Told on `wallet:<key>/balance`: `amount` is signed. */
function balancePush(amount: number, { transfer, currency, reason, balance }: WalletMoved): PushBody {
  return { channel: 'balance', name: 'wallet.changed', data: { transfer, amount, currency, reason, balance } };
}
