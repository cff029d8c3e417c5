/**
 * What a node does once a business day, some time after midnight: compares the day that ended with the statement of
 * every payment provider, tells the operator what differs, and lets payments that missed a call-back ask again.
 */
import { businessDay, dayEndsAt } from '../actors/shared/period.js';
import type { Clock } from '../actors/runtime/clock.js';
import type { Engine } from '../actors/runtime/engine.js';
import type { PaymentProvider, PaymentProviders } from '../gateway/payments/provider.js';
import type { Log } from '../gateway/log.js';
import type { Views } from '../store/ports.js';
import { askAgain, reconcile } from './reconciliation.js';

export interface DailyOptions {
  readonly providers: PaymentProviders;
  readonly engine: Pick<Engine, 'ask'>;
  readonly views: Pick<Views, 'get' | 'find'>;
  /** IANA zone of the business days. */
  readonly zone: string;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
  /** The day of the start is left out: the provider's books began with this node. */
  readonly skipFirst: boolean;
}

/** A statement is complete this long after midnight, ms. */
const AFTER_MIDNIGHT = 30 * 60_000;

/** Begins; returns the way to stop. */
export function reconcileDaily(options: DailyOptions): () => void {
  const { clock, zone, skipFirst } = options;
  let cancel: () => void;
  const wait = (skip: boolean): void => {
    const day = businessDay(clock.now(), zone);
    const end = dayEndsAt(clock.now(), zone);
    cancel = clock.after(end + AFTER_MIDNIGHT - clock.now(), () => {
      // The new day's turn is set first: whatever goes wrong with this one, that one comes.
      wait(false);
      if (!skip) void reconcileAll(day, options);
    });
  };
  wait(skipFirst);
  return () => {
    cancel();
  };
}

async function reconcileAll(day: string, options: DailyOptions): Promise<void> {
  for (const provider of Object.values(options.providers)) {
    try {
      await reconcileOne(day, provider, options);
    } catch (error) {
      options.log.error({ err: error, provider: provider.name, day }, 'the day could not be reconciled');
    }
  }
}

async function reconcileOne(day: string, provider: PaymentProvider, options: DailyOptions): Promise<void> {
  const { engine, views, zone, log } = options;
  const found = await reconcile(day, { provider, views, zone });
  const about = { provider: provider.name, day, compared: found.compared };
  for (const difference of found.differences)
    log.warn({ ...about, difference }, 'a payment differs from the statement');
  const asked = await askAgain(found, `reconcile-${day}`, engine);
  log.info({ ...about, differences: found.differences.length, asked }, 'reconciled the day');
}
