/** A node together with others: what its engine and its gateway get of the cluster, where `REDIS_URL` is set. */
import { systemChance, systemClock } from '../actors/runtime/clock.js';
import type { SystemOptions } from '../actors/runtime/options.js';
import type { System } from '../actors/runtime/system.js';
import { Carrier } from '../cluster/carrier.js';
import { Feed } from '../cluster/feed.js';
import { Gateways } from '../cluster/gateways.js';
import { Cluster } from '../cluster/index.js';
import { openRedis } from '../cluster/redis.js';
import type { Settings } from '../config.js';
import { pushesForAll } from '../gateway/index.js';
import type { Log } from '../gateway/log.js';
import { noOthers, type Others } from '../gateway/others.js';
import type { Engine } from '../actors/runtime/engine.js';

/** News of this name: what the sender told lately may not have been heard. */
const LOST = 'lost';

/** What a node gets of the others; of nobody, when it is alone. */
export interface Together {
  readonly others: Others;
  /** For the engine. */
  readonly options: Pick<SystemOptions, 'placement' | 'transport'>;
  /** The engine begins to serve; the gateway asks what this gives it. */
  join(system: System): Promise<Engine>;
  /** Nobody follows a stream here any more; and: a stream moved on further than can be told again. */
  left(stream: string): void;
  onLagged(lagged: (stream: string, head: number) => void): void;
  /** Hands all actors over to the others. */
  leave(): Promise<void>;
  close(): Promise<void>;
  /** Numbers of the moment: nodes that live, requests to others that wait, whether Redis answers. */
  gauges(): { readonly nodes: number; readonly asked: number; readonly redis: number };
}

/** Finds the others. Throws `RedisUnavailable`. */
export async function findOthers(settings: Settings, store: string, log: Log): Promise<Together> {
  const { redisUrl: url, beatMs, deadMs } = settings;
  if (url === '') return alone();
  const [clock, chance] = [systemClock, systemChance];
  const redis = await openRedis(url, (error) => {
    log.warn({ err: error }, 'Redis');
  });
  const cluster = await Cluster.open(redis, { store, clock, chance, beatMs, deadMs, log });
  const { self, names } = cluster;
  const view = () => cluster.view;
  let feed: Feed | undefined;
  const gateways = new Gateways(self, view, () => carrier);
  const listener = redis.another();
  const carrier = new Carrier({
    ...{ self, prefix: names.prefix, commands: redis.commands, listener },
    heard: (push) => feed?.heard(push),
    news: (name, news, from) => {
      if (name === LOST) feed?.mayHaveLost(from);
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
  cluster.onBack(() => {
    if (carrier.hasLost()) carrier.tellAll(LOST, null);
    back();
  });
  listener.onBack(back);
  return {
    others: gateways,
    options: { placement: cluster.placement, transport: cluster.transport },
    async join(system) {
      feed = new Feed({ engine: system, carrier, self, view, clock, everywhere: pushesForAll });
      await cluster.join(system);
      return feed.engine;
    },
    left: (stream) => feed?.leave(stream),
    onLagged: (lagged) => feed?.onLagged(lagged),
    leave: () => cluster.leave(),
    close() {
      feed?.close();
      return cluster.close();
    },
    gauges: () => ({
      nodes: cluster.view.nodes.length,
      asked: cluster.inFlight,
      redis: cluster.contacted ? 1 : 0,
    }),
  };
}

function alone(): Together {
  const nothing = () => Promise.resolve();
  return {
    ...{ others: noOthers(systemChance.id()), options: {}, leave: nothing, close: nothing },
    join: (system) => Promise.resolve(system),
    left: () => undefined,
    onLagged: () => undefined,
    gauges: () => ({ nodes: 1, asked: 0, redis: 0 }),
  };
}
