/** Limits for a load from one address; the buckets are asked all the same. */
export const ROOMY = {
  BACKSEAT_SOCKET_RATE: '1000000',
  BACKSEAT_SOCKET_BURST: '1000000',
  BACKSEAT_ACCOUNT_RATE: '1000000',
  BACKSEAT_ACCOUNT_BURST: '1000000',
  BACKSEAT_ADDRESS_RATE: '1000000',
  BACKSEAT_ADDRESS_BURST: '1000000',
  BACKSEAT_SOCKETS_PER_ACCOUNT: '100000',
} as const;

/** The limits as they are shipped, whatever the environment says. */
export const AS_SHIPPED: NodeJS.ProcessEnv = Object.fromEntries(Object.keys(ROOMY).map((name) => [name, undefined]));
