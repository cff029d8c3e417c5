/**
 * The product's daily reconciliation, once: a provider gives up its call-backs when nobody was there for too long, and
 * a payment that has expired asks no more; the statement tells of it.
 */
import { nanoid } from 'nanoid';

import { createLog } from '../../src/gateway/log.js';
import { askAgain, reconcile } from '../../src/jobs/reconciliation.js';
import { startServer } from '../../src/server.js';
import type { Stand } from './stand.js';
import { until } from '../support/until.js';

/**
 * Runs a server on the stopped stand until both sides have the same books, and what is to come of that `comes` at its
 * address; how many payments had to ask again.
 */
export async function reconciled(
  { settings, provider, everybodyBack, ledger }: Stand,
  comes: (url: string) => Promise<unknown>,
): Promise<number> {
  const server = await startServer(settings, {
    log: createLog('silent'),
    failed: ({ message }) => {
      ledger.violation(message);
    },
  });
  try {
    const { views } = server.store;
    const side = { name: 'sandbox', statement: (day: string) => provider.statementOf(day) };
    const compared = () =>
      Promise.all(provider.days.map((day) => reconcile(day, { provider: side, views, zone: provider.zone })));
    const asked = await Promise.all((await compared()).map((day) => askAgain(day, nanoid(), server.system)));
    await until('both sides have the same books', async () =>
      (await compared()).every(({ differences }) => differences.length === 0),
    );
    await everybodyBack();
    await comes(server.url);
    return asked.reduce((sum, count) => sum + count, 0);
  } finally {
    await server.close();
  }
}
