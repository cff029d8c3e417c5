/** Who may tell a station what. Each answers with a refusal, or with nothing. */
import { refuse, type Context, type ReadContext, type Refused } from '../runtime/definition.js';
import { keyOf, kindOf } from '../runtime/ids.js';
import { sentByActor } from '../shared/callers.js';
import { own } from '../shared/own.js';
import type { OpenRestock, StationState } from './state.js';

/** The station's own people, or, where `platform` says so, the platform's. */
export function byStation({ caller, key }: Context, platform = false): Refused | undefined {
  if (caller === `station:${key}` || (platform && kindOf(caller) === 'platform')) return undefined;
  if (kindOf(caller) === 'station') return refuse('not_yours', `station ${key}: belongs to others`);
  return refuse('not_allowed', `caller ${kindOf(caller)}: only the station may do this`);
}

/** A driver's actor, by message. */
export function byDriverActor(context: Context): Refused | undefined {
  if (sentByActor(context, ['driver'])) return undefined;
  return refuse('not_allowed', `caller ${kindOf(context.caller)}: orders come from a driver's check-out`);
}

/** Whoever may see everything of a station: its people, the platform, a job. */
export function seesStation({ caller, key }: ReadContext): boolean {
  return ['platform', 'system'].includes(kindOf(caller)) || caller === `station:${key}`;
}

/** An open order. */
export function openOrder(state: Readonly<StationState>, restock: string): OpenRestock | Refused {
  return own(state.orders, restock) ?? refuse('unknown_restock', `restock ${restock}: is not open at this station`);
}

/** An open order of the driver who asks, himself or by his actor. */
export function ownOrder(state: Readonly<StationState>, restock: string, { caller }: Context): OpenRestock | Refused {
  const order = openOrder(state, restock);
  if ('refused' in order) return order;
  if (kindOf(caller) !== 'driver')
    return refuse('not_allowed', `caller ${kindOf(caller)}: only its driver may do this`);
  return keyOf(caller) === order.driver ? order : refuse('not_yours', `restock ${restock}: is of another driver`);
}
