import t from 'tap';

import { SHARDS } from '../../src/store/ports.js';
import { shardOf } from '../../src/store/shard.js';

t.test('an actor belongs to one shard, for ever', async (t) => {
  t.equal(shardOf('device:d_1'), shardOf('device:d_1'));
  t.equal(shardOf('device:d_1'), 1767, 'markers on disk carry this number');
});

t.test('actors spread over all shards', async (t) => {
  const seen = new Set(Array.from({ length: SHARDS * 16 }, (_, i) => shardOf(`device:d_${i}`)));
  t.ok(seen.size > SHARDS * 0.99, `${seen.size} shards in use`);
});
