/** What is told from node to node, over a real Redis whose connections break. */
import { Redis } from 'ioredis';
import t, { type Test } from 'tap';

import { systemClock } from '../../src/actors/runtime/clock.js';
import { Carrier } from '../../src/cluster/carrier.js';
import { openRedis } from '../../src/cluster/redis.js';
import { noOwnRedis, openRedisServer } from '../support/redis.js';
import { until } from '../support/until.js';

/** A node's carrier with the connection that it tells over, and what it hears. */
async function open(t: Test, url: string, self: string) {
  const redis = await openRedis(url, () => undefined);
  const heard: number[] = [];
  const lost: string[] = [];
  const carrier = new Carrier({
    ...{ self, prefix: 'test', redis, clock: systemClock },
    heard: () => undefined,
    news: (_, told) => heard.push(Number(told)),
    lost: (from) => lost.push(from),
  });
  t.teardown(() => {
    carrier.close();
    redis.close();
  });
  if (!(redis.commands instanceof Redis)) throw new Error('one Redis is expected');
  return { carrier, heard, lost, tells: redis.commands };
}

t.test('what could not be told is made known, though nobody noticed a break', { skip: noOwnRedis }, async (t) => {
  const { url } = await openRedisServer(t, { own: true });
  const [one, two] = [await open(t, url, 'one'), await open(t, url, 'two')];
  await until('the other hears', () => {
    one.carrier.tellAll('count', 1);
    return two.heard.length > 0;
  });
  t.same(two.lost, []);

  one.tells.disconnect(true);
  one.carrier.tellAll('count', 2);
  await until('it is said that something was lost', () => two.lost.length > 0);
  t.same([...new Set(two.lost)], ['one']);
  t.notOk(two.heard.includes(2));
  t.same(one.lost, [], 'who lost it need not ask himself');

  one.carrier.tellAll('count', 3);
  await until('it tells again', () => two.heard.includes(3));
});
