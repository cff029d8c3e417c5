/**
 * What `REDIS_URL` names: one Redis, by an address that ioredis reads, or a Redis cluster, as
 * `redis-cluster://user:password@host:6379,host:6379`. One reachable host is enough, the others are found by it; several
 * let a node start while one of them is away. `rediss-cluster://` goes over TLS.
 */

export interface ClusterAddress {
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  readonly username?: string;
  readonly password?: string;
  readonly tls: boolean;
}

export type RedisAddress = { readonly one: string } | { readonly cluster: ClusterAddress };

/** What an address must look like. */
export const ADDRESS_RULE = 'an address as redis://host:6379, or redis-cluster://host:6379,host:6379 of a cluster';

const LONGEST = 1_000;
const ONE = /^rediss?:\/\/(?:[^@\s]*@)?[^,@\s]+$/;
/** Scheme, name, password, hosts. A cluster has no numbered databases, so nothing may follow. */
const CLUSTER = /^redis(s?)-cluster:\/\/(?:([^:@/\s]*)(?::([^@/\s]*))?@)?([^@/?#\s]+)$/;
const HOST = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/;
const PORT = 6_379;
const HIGHEST_PORT = 65_535;

/** Undefined for what does not keep {@link ADDRESS_RULE}. */
export function readAddress(text: string): RedisAddress | undefined {
  if (text.length > LONGEST) return undefined;
  if (ONE.test(text)) return { one: text };
  const [, s, username = '', password = '', hosts] = CLUSTER.exec(text) ?? [];
  const read = hosts?.split(',').map(readHost) ?? [];
  const known = read.filter((host) => host !== undefined);
  if (known.length === 0 || known.length < read.length) return undefined;
  try {
    return {
      cluster: {
        hosts: known,
        ...(username === '' ? {} : { username: decodeURIComponent(username) }),
        ...(password === '' ? {} : { password: decodeURIComponent(password) }),
        tls: s === 's',
      },
    };
  } catch {
    // A percent sign that encodes nothing.
    return undefined;
  }
}

function readHost(text: string): { readonly host: string; readonly port: number } | undefined {
  const [, host = '', port = String(PORT)] = HOST.exec(text) ?? [];
  if (host === '' || Number(port) < 1 || Number(port) > HIGHEST_PORT) return undefined;
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}
