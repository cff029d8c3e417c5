/** A node together with others: the parts of the cluster, and who hears whom. Loaded only where `REDIS_URL` is set. */
import { systemChance, systemClock } from '../actors/runtime/clock.js';
import { Carrier } from '../cluster/carrier.js';
import { Feed } from '../cluster/feed.js';
import { Gateways } from '../cluster/gateways.js';
import { Cluster } from '../cluster/index.js';
import { openRedis } from '../cluster/redis.js';
import type { Settings } from '../config.js';
import { pushesForAll } from '../gateway/index.js';
import type { Log } from '../gateway/log.js';
import type { Together } from './together.js';

/** Finds the others. Throws `RedisUnavailable`. */
export async function openTogether(settings: Settings, store: string, log: Log): Promise<Together> {
  const { redisUrl: url, beatMs, deadMs } = settings;
  const [clock, chance] = [systemClock, systemChance];
  const redis = await openRedis(url, (error) => {
    log.warn({ err: error }, 'Redis');
  });
  const cluster = await Cluster.open(redis, { store, clock, chance, beatMs, deadMs, log });
  const { self, names } = cluster;
  const view = () => cluster.view;
  let feed: Feed | undefined;
  const gateways = new Gateways(self, view, () => carrier);
  const carrier = new Carrier({
    ...{ self, prefix: names.prefix, redis, clock },
    heard: (push) => feed?.heard(push),
    lost: (from) => {
      feed?.mayHaveLost(from);
      gateways.mayHaveLost();
    },
    news: (name, news, from) => {
      feed?.heardNews(name, news);
      gateways.heardNews(name, news, from);
    },
  });
  const back = (): void => {
    feed?.mayHaveLost();
    gateways.mayHaveLost();
  };
  cluster.onView((now, before) => {
    feed?.viewChanged(now, before);
    gateways.viewChanged(now, before);
  });
  cluster.onBack(back);
  carrier.onBack(back);
  return {
    others: gateways,
    options: { placement: cluster.placement, transport: cluster.transport },
    async meet(system) {
      feed = new Feed({ engine: system, carrier, self, view, clock, everywhere: pushesForAll });
      await cluster.meet(system);
      return feed.engine;
    },
    join: () => cluster.join(),
    setBlind: (blind) => {
      void cluster.setBlind(blind);
    },
    left: (stream) => feed?.leave(stream),
    onLagged: (lagged) => feed?.onLagged(lagged),
    leave: () => cluster.leave(),
    close() {
      feed?.close();
      carrier.close();
      return cluster.close();
    },
    gauges: () => ({
      nodes: cluster.view.nodes.length,
      asked: cluster.inFlight,
      redis: cluster.contacted ? 1 : 0,
    }),
  };
}
