import type { WalletMoved } from './events.js';
import type { WalletState } from './state.js';

/** Both events carry the balance that the decision reached. */
export function moved(state: WalletState, { currency, balance }: WalletMoved): void {
  state.balances[currency] = balance;
}
