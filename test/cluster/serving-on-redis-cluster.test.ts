/** The same as serving.test.ts, where Redis is a cluster. */
import t from 'tap';

import { noOwnRedis, useRedisCluster } from '../support/redis.js';

if (noOwnRedis === false) {
  await useRedisCluster();
  await import('./serving.test.js');
} else {
  t.pass('a Redis cluster', { skip: noOwnRedis });
}
