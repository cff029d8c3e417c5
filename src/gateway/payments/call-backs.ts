/**
 * A provider's call-back on its way to its payment. It is believed only when its signature, its time
 * and its app are right; order and amount the payment checks itself. It is answered with the
 * provider's own word of success only when the entry is durable (R2): until then the provider repeats.
 */
import type { Engine } from '../../actors/runtime/engine.js';
import type { Clock } from '../../actors/runtime/clock.js';
import type { CallBackRequest, PaymentProvider } from './provider.js';

export interface CallBackTools {
  readonly engine: Pick<Engine, 'ask'>;
  readonly clock: Pick<Clock, 'now'>;
  /** Counts each call-back by what became of it: `settled`, why it was not believed, or a refusal's code. */
  readonly count: (outcome: string) => void;
}

/** What the provider hears. */
export interface CallBackAnswer {
  readonly status: number;
  readonly body: string;
}

const FAIL = 'fail';
/** How long the provider is kept waiting for a decision, ms. */
const PATIENCE = 10_000;

export async function callBack(
  provider: PaymentProvider,
  request: CallBackRequest,
  { engine, clock, count }: CallBackTools,
): Promise<CallBackAnswer> {
  const said = provider.verify(request);
  if (typeof said === 'string') {
    count(said);
    return { status: said === 'malformed' ? 400 : 401, body: FAIL };
  }
  const answer = await engine.ask({
    to: `payment:${said.payment}`,
    type: 'confirm',
    input: said.word,
    caller: `provider:${provider.name}`,
    id: said.id,
    deadline: clock.now() + PATIENCE,
  });
  if ('unstored' in answer) {
    count(answer.unstored.code);
    return { status: 503, body: FAIL };
  }
  const { outcome } = answer.value;
  count(outcome.ok ? 'settled' : outcome.error.code);
  return outcome.ok ? { status: 200, body: provider.success } : { status: 409, body: FAIL };
}
