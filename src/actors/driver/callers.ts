/** Who may tell a driver's actor what. Each answers with a refusal, or with nothing. */
import { refuse, type Context, type Refused } from '../runtime/definition.js';
import { kindOf } from '../runtime/ids.js';
import { sentByActor, sentToItself } from '../shared/callers.js';

/** The driver himself. */
export function byDriver({ caller, key }: Context): Refused | undefined {
  if (caller === `driver:${key}`) return undefined;
  if (kindOf(caller) === 'driver') return refuse('not_yours', `driver ${key}: is somebody else`);
  return refuse('not_allowed', `caller ${kindOf(caller)}: only the driver may do this`);
}

/** A timer of the actor's own, or the reply to a message of its own (their ids begin with its id). */
export function byItself(context: Context): Refused | undefined {
  if (sentToItself(context)) return undefined;
  return refuse('not_allowed', `caller ${kindOf(context.caller)}: only the driver's own actor says this`);
}

/** A station's actor, by message. */
export function byStationActor(context: Context): Refused | undefined {
  if (sentByActor(context, ['station'])) return undefined;
  return refuse('not_allowed', `caller ${kindOf(context.caller)}: goods come from stations`);
}
