/** Who may tell a payment what. */
import { refuse, type Context, type Refused } from '../runtime/definition.js';
import { kindOf } from '../runtime/ids.js';
import { sentToItself } from '../shared/callers.js';

/** The reply to a question of its own: whoever else brings an answer of the provider's makes it up. */
export function byItself(context: Context): Refused | undefined {
  if (sentToItself(context)) return undefined;
  return refuse('not_allowed', `caller ${kindOf(context.caller)}: only the provider answers, what it was asked`);
}
