/**
 * What a node does once a business day, some time after midnight: compares the day that ended with the statement of
 * every payment provider, tells the operator what differs, and lets payments that missed a call-back ask again. A node
 * that was away at that hour does it when it starts.
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
  /** The provider's books began with this node: the day of the start is left out, and there is none before. */
  readonly skipFirst: boolean;
}

/** A statement is complete this long after midnight, ms. */
const AFTER_MIDNIGHT = 30 * 60_000;
/** Days that ended so long before the start are reconciled anew, ms: the last node may not have lived to do it. */
const LOOK_BACK = 48 * 60 * 60_000;

/** Begins; returns the way to stop. */
export function reconcileDaily(options: DailyOptions): () => void {
  const { clock, zone, skipFirst } = options;
  let cancel: () => void;
  let stopped = false;
  const wait = (at: number, skip: boolean): void => {
    const day = businessDay(at, zone);
    const end = dayEndsAt(at, zone);
    cancel = clock.after(Math.max(0, end + AFTER_MIDNIGHT - clock.now()), () => {
      // The next day's turn is set first: whatever goes wrong with this one, that one comes.
      wait(end, false);
      if (!skip) void reconcileAll(day, options, () => stopped);
    });
  };
  if (skipFirst) wait(clock.now(), true);
  else wait(clock.now() - LOOK_BACK, false);
  return () => {
    stopped = true;
    cancel();
  };
}

async function reconcileAll(day: string, options: DailyOptions, stopped: () => boolean): Promise<void> {
  for (const provider of Object.values(options.providers)) {
    try {
      await reconcileOne(day, provider, options);
    } catch (error) {
      // Its store is gone; the next node looks back.
      if (stopped()) return;
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
