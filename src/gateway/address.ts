/** Where a request comes from, behind as many proxies as the operator says there are. */

/**
 * The client's address: what the outermost trusted proxy wrote. Each proxy adds the address that it
 * saw at the end, so with n of them it is the n-th from the end, and what a client invents stands before.
 */
export function addressOf(remote: string, forwarded: string | readonly string[] | undefined, proxies: number): string {
  if (proxies === 0 || forwarded === undefined) return remote;
  const hops = (typeof forwarded === 'string' ? forwarded : forwarded.join(',')).split(',');
  return hops.at(-proxies)?.trim().slice(0, 64) ?? remote;
}

/** Whether a page of `origin` may connect: its host is the node's own, or the operator has listed it. */
export function mayConnect(origin: string | undefined, host: string | undefined, listed: readonly string[]): boolean {
  if (origin === undefined || listed.includes('*') || listed.includes(origin)) return true;
  try {
    return host !== undefined && new URL(origin).host === host;
  } catch {
    return false;
  }
}
