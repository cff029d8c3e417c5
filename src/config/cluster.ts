/** Several nodes on one store. */
import { ADDRESS_RULE, readAddress } from '../cluster/address.js';
import { Broken, integer, setting } from '../setting.js';
import { MINUTE } from './times.js';

export const clusterSettings = {
  // Several nodes
  redisUrl: setting(
    'REDIS_URL',
    '',
    'Redis by which nodes on one store find and reach each other, as redis://user:password@host:6379, or redis-cluster://user:password@host:6379,host:6379 for a Redis cluster of version 7 or newer; rediss:// and rediss-cluster:// over TLS. Without it a node is alone.',
    (text) => (readAddress(text) ? text : new Broken(ADDRESS_RULE)),
    true,
  ),
  beatMs: integer('BACKSEAT_BEAT_MS', 400, 'How often a node says that it lives, ms.', 20, MINUTE),
  deadMs: integer(
    'BACKSEAT_DEAD_MS',
    2_000,
    'A node that is silent this long is held for dead, ms; one whose process has ended after two beats.',
    100,
    10 * MINUTE,
  ),
  storeAwayMs: integer(
    'BACKSEAT_STORE_AWAY_MS',
    10_000,
    'A node whose MongoDB does not answer for this long is not ready, and leaves its actors to nodes that it answers, ms.',
    500,
    10 * MINUTE,
  ),
} as const;
