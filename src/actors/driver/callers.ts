/** Who may tell a driver's actor what. Each answers with a refusal, or with nothing. */
import { refuse, type Context, type Refused } from '../runtime/definition.js';
import { kindOf } from '../runtime/ids.js';
import { sentByActor } from '../shared/callers.js';

/** The driver himself. */
export function byDriver({ caller, key }: Context): Refused | undefined {
  if (caller === `driver:${key}`) return undefined;
  if (kindOf(caller) === 'driver') return refuse('not_yours', `driver ${key}: is somebody else`);
  return refuse('not_allowed', `caller ${kindOf(caller)}: only the driver may do this`);
}

/** A station's actor, by message. */
export function byStationActor(context: Context): Refused | undefined {
  if (sentByActor(context, ['station'])) return undefined;
  return refuse('not_allowed', `caller ${kindOf(context.caller)}: goods come from stations`);
}
