/**
 * A node together with others, or alone: what its engine and its gateway get of the cluster. What speaks to Redis is
 * loaded only where `REDIS_URL` is set: a node alone starts sooner without.
 */
import { systemChance } from '../actors/runtime/clock.js';
import type { Engine } from '../actors/runtime/engine.js';
import type { SystemOptions } from '../actors/runtime/options.js';
import type { System } from '../actors/runtime/system.js';
import type { Settings } from '../config.js';
import type { Log } from '../gateway/log.js';
import { noOthers, type Others } from '../gateway/others.js';

/** What a node gets of the others; of nobody, when it is alone. */
export interface Together {
  readonly others: Others;
  /** For the engine. */
  readonly options: Pick<SystemOptions, 'placement' | 'transport'>;
  /** What the gateway asks: until the node takes its place, the others serve. */
  meet(system: System): Promise<Engine>;
  /** The node serves, and takes its place. */
  join(): Promise<void>;
  /** Nobody follows a stream here any more; and: a stream moved on further than can be told again. */
  left(stream: string): void;
  onLagged(lagged: (stream: string, head: number) => void): void;
  /** This node cannot reach the store, or can again. */
  setBlind(blind: boolean): void;
  /** Hands all actors over to the others. */
  leave(): Promise<void>;
  close(): Promise<void>;
  /** Numbers of the moment: nodes that live, requests to others that wait, whether Redis answers. */
  gauges(): { readonly nodes: number; readonly asked: number; readonly redis: number };
}

/** Finds the others. Throws `RedisUnavailable`. */
export async function findOthers(settings: Settings, store: string, log: Log): Promise<Together> {
  if (settings.redisUrl === '') return alone();
  const { openTogether } = await import('./cluster.js');
  return openTogether(settings, store, log);
}

function alone(): Together {
  const nothing = () => Promise.resolve();
  return {
    ...{ others: noOthers(systemChance.id()), options: {}, join: nothing, leave: nothing, close: nothing },
    meet: (system) => Promise.resolve(system),
    left: () => undefined,
    setBlind: () => undefined,
    onLagged: () => undefined,
    gauges: () => ({ nodes: 1, asked: 0, redis: 0 }),
  };
}
