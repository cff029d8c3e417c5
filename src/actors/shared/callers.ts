/**
 * Who asks. A subject such as `device:d_1` may be a client or the actor of that id; the command's id
 * tells them apart: a message's is `<actor>/<seq>/<n>`, and what a client sends holds no `/` (ENGINE 12, 14).
 */
import { refuse, type Context, type ReadContext, type Refused } from '../runtime/definition.js';
import { keyOf, kindOf } from '../runtime/ids.js';

/** Whether this command is a message from an actor of one of these kinds. */
export function sentByActor(context: Context, kinds: readonly string[]): boolean {
  return kinds.includes(kindOf(context.caller)) && context.commandId.startsWith(`${context.caller}/`);
}

/** Only a timer of the actor's own, or the reply to a message of its own: their ids begin with its id. */
export function byItself({ self, caller, commandId }: Context): Refused | undefined {
  if (commandId.startsWith(`${self}/`)) return undefined;
  return refuse('not_allowed', `caller ${kindOf(caller)}: only the ${kindOf(self)}'s own actor says this`);
}

/** Only the actor of that payment: each tells of itself alone. */
export function byPayment(payment: string, context: Context): Refused | undefined {
  if (context.caller === `payment:${payment}` && sentByActor(context, ['payment'])) return undefined;
  return refuse('not_allowed', `caller ${kindOf(context.caller)}: only payment ${payment} tells of itself`);
}

/** Whether a reader may see what belongs to `owner` (a subject's key): its owner, the platform, a job. */
export function maySee(context: Pick<ReadContext, 'caller'>, owner: string): boolean {
  return ['platform', 'system'].includes(kindOf(context.caller)) || keyOf(context.caller) === owner;
}
