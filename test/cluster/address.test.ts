import t from 'tap';

import { readAddress } from '../../src/cluster/address.js';

t.test('one Redis is named by an address that ioredis reads', async (t) => {
  for (const url of ['redis://127.0.0.1:6379', 'rediss://user:pass@redis.example/2'])
    t.same(readAddress(url), { one: url });
});

t.test('a cluster is named by some of its hosts, and who asks', async (t) => {
  t.same(readAddress('redis-cluster://10.0.0.1:7000,10.0.0.2,[::1]:7002'), {
    cluster: {
      hosts: [
        { host: '10.0.0.1', port: 7000 },
        { host: '10.0.0.2', port: 6379 },
        { host: '::1', port: 7002 },
      ],
      tls: false,
    },
  });
  t.same(readAddress('rediss-cluster://back:p%40ss@redis.example:6379'), {
    cluster: { hosts: [{ host: 'redis.example', port: 6379 }], username: 'back', password: 'p@ss', tls: true },
  });
  t.same(readAddress('redis-cluster://:secret@redis.example'), {
    cluster: { hosts: [{ host: 'redis.example', port: 6379 }], password: 'secret', tls: false },
  });
});

t.test('what names neither is not read', async (t) => {
  for (const url of [
    '',
    'localhost',
    'redis://',
    'redis://a b',
    'redis-cluster://',
    'redis-cluster://a,',
    'redis-cluster://a:0',
    'redis-cluster://a:65536',
    'redis-cluster://a/0',
    'redis-cluster://u:%@a',
    'redis://a:6379,b:6379',
    `redis-cluster://${'a'.repeat(1_000)}`,
  ])
    t.equal(readAddress(url), undefined, url);
});
