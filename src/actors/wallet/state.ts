/** What a wallet holds: minor units by currency, never below zero. */
export type WalletState = { readonly balances: Record<string, number> };

export function initialWallet(): WalletState {
  return { balances: {} };
}

export function balanceOf(state: WalletState, currency: string): number {
  return state.balances[currency] ?? 0;
}
