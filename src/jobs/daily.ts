/**
 * What `reconciliation:<provider>` has done to it once a business day: compares the day with the provider's statement,
 * tells the operator what differs, and lets payments that missed a call-back ask again. When, on which node, and how
 * often it is tried is the actor's affair (src/actors/reconciliation).
 */
import type { ReconciliationEffects } from '../actors/reconciliation/commands.js';
import { BEGINS, type Begin, type Compared } from '../actors/reconciliation/commands.js';
import { businessDay } from '../actors/shared/period.js';
import type { EffectHandler } from '../actors/runtime/effects.js';
import type { Engine } from '../actors/runtime/engine.js';
import type { PaymentProviders } from '../gateway/payments/provider.js';
import type { Log } from '../gateway/log.js';
import type { Views } from '../store/ports.js';
import { askAgain, reconcile } from './reconciliation.js';

export interface DailyTools {
  readonly providers: PaymentProviders;
  readonly engine: Pick<Engine, 'ask'>;
  readonly views: Pick<Views, 'get' | 'find'>;
  /** IANA zone of the business days. */
  readonly zone: string;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
}

/** `effect:reconciliation`. A message that is repeated while its first is worked on joins it. */
export function reconciliationEffect(tools: DailyTools): EffectHandler {
  const running = new Map<string, ReturnType<EffectHandler>>();
  return (_type, input, id, signal) => {
    const known = running.get(id);
    if (known) return known;
    // The input is of the actor's own entry.
    const one = compare(input as ReconciliationEffects['compare']['input'], tools, signal).finally(() =>
      running.delete(id),
    );
    running.set(id, one);
    return one;
  };
}

async function compare(
  { provider: name, day }: ReconciliationEffects['compare']['input'],
  tools: DailyTools,
  signal: AbortSignal,
): ReturnType<EffectHandler> {
  const { engine, log, providers } = tools;
  try {
    const provider = providers[name];
    if (!provider) throw new Error(`no payment provider ${name} is set up`);
    const found = await reconcile(day, { ...tools, provider });
    const about = { provider: name, day, compared: found.compared };
    for (const difference of found.differences)
      log.warn({ ...about, difference }, 'a payment differs from the statement');
    const asked = await askAgain(found, `reconcile-${day}`, engine);
    const value: Compared = { compared: found.compared, differences: found.differences.length, asked };
    log.info({ ...about, ...value }, 'reconciled the day');
    return { ok: true, value };
  } catch (error) {
    // The node stops: the next owner is asked again.
    if (signal.aborted) throw error;
    log.error({ err: error, provider: name, day }, 'the day could not be reconciled; it is tried again');
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, error: { code: 'unavailable', message } };
  }
}

/**
 * Begins the reconciliation with each provider, where it has not begun. `fresh`: the providers' books began with this
 * node. A day's repeats are one command.
 */
export async function beginReconciliation(
  { providers, engine, zone, log }: Pick<DailyTools, 'providers' | 'engine' | 'zone' | 'log'>,
  fresh: boolean,
  now: number,
): Promise<void> {
  const input: Begin = { fresh };
  const id = fresh ? `fresh-${businessDay(now, zone)}` : 'begin';
  for (const provider of Object.keys(providers)) {
    const answer = await engine.ask({ to: `reconciliation:${provider}`, type: 'begin', input, caller: BEGINS, id });
    if ('unstored' in answer) log.error({ provider, why: answer.unstored }, 'the reconciliation has not begun');
  }
}
