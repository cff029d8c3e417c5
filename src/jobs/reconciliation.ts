/**
 * Compares a provider's statement of one business day with the view `payments`, line by line, and says
 * where they differ. It changes nothing; what the provider has and a payment does not know can be asked for
 * by `askAgain`, after which the payment settles it as if the call-back had come.
 */
import { businessDay } from '../actors/shared/period.js';
import { paymentsCollection, type PaymentFields, type ProviderLine } from '../actors/payment/views.js';
import type { Engine } from '../actors/runtime/engine.js';
import type { PaymentProvider, ProviderStatementLine } from '../gateway/payments/provider.js';
import type { Views } from '../store/ports.js';

/** One line on which the two sides differ. */
export type Difference =
  /** Paid, and there is no order of that name here. */
  | { readonly kind: 'noOrder'; readonly theirs: ProviderStatementLine }
  /** Moved at the provider, and the payment does not know it: a call-back was lost, and no check has run yet. */
  | { readonly kind: 'notHere'; readonly payment: string; readonly theirs: ProviderStatementLine }
  /** The payment says that it moved, and the provider does not. */
  | { readonly kind: 'notThere'; readonly payment: string; readonly ours: ProviderLine }
  /** Both know it, with another amount or currency. */
  | {
      readonly kind: 'amountDiffers';
      readonly payment: string;
      readonly ours: ProviderLine;
      readonly theirs: ProviderStatementLine;
    };

export interface Reconciliation {
  readonly provider: string;
  readonly day: string;
  /** Lines of the provider's statement. */
  readonly compared: number;
  readonly differences: readonly Difference[];
}

export interface ReconciliationTools {
  readonly provider: Pick<PaymentProvider, 'name' | 'statement'>;
  readonly views: Pick<Views, 'get' | 'find'>;
  /** IANA zone of the business days. */
  readonly zone: string;
}

/** A day of any zone, by any clock, begins later than this before the same day of UTC, ms. */
const MARGIN = 24 * 60 * 60_000;
const PAGE = 500;

/** @param day `YYYY-MM-DD`, best one that is over */
export async function reconcile(day: string, tools: ReconciliationTools): Promise<Reconciliation> {
  const { provider, views } = tools;
  const statement = await provider.statement(day);
  const ours = await linesOfDay(day, tools);
  const differences: Difference[] = [];
  for (const theirs of statement) {
    const name = nameOf(theirs.order, theirs);
    const known = ours.get(name) ?? (await lookUp(views, theirs));
    ours.delete(name);
    if (known === 'noOrder') differences.push({ kind: 'noOrder', theirs });
    else if (known === 'notHere') differences.push({ kind: 'notHere', payment: theirs.order, theirs });
    else if (known.line.amount !== theirs.amount || known.line.currency !== theirs.currency) {
      differences.push({ kind: 'amountDiffers', payment: known.payment, ours: known.line, theirs });
    }
  }
  for (const { payment, line } of ours.values()) differences.push({ kind: 'notThere', payment, ours: line });
  return { provider: provider.name, day, compared: statement.length, differences };
}

/** Lets each payment that misses something ask its provider. `run` names this run: the same run asks once. */
export async function askAgain(
  { differences }: Reconciliation,
  run: string,
  engine: Pick<Engine, 'ask'>,
): Promise<number> {
  const payments = new Set(differences.flatMap((one) => (one.kind === 'notHere' ? [one.payment] : [])));
  for (const payment of payments) {
    const ask = { type: 'check', input: null, caller: 'system:reconciliation', id: run } as const;
    await engine.ask({ to: `payment:${payment}`, ...ask });
  }
  return payments.size;
}

interface OurLine {
  readonly payment: string;
  readonly line: ProviderLine;
}

/** Our lines whose time, which is the provider's, lies in the day; by {@link nameOf}. */
async function linesOfDay(day: string, { provider, views, zone }: ReconciliationTools): Promise<Map<string, OurLine>> {
  const found = new Map<string, OurLine>();
  const from = Date.parse(`${day}T00:00:00Z`) - MARGIN;
  const query = { collection: paymentsCollection.name, index: 'changed', equal: [provider.name], from, limit: PAGE };
  let cursor: string | undefined;
  do {
    const page = await views.find(cursor === undefined ? query : { ...query, cursor });
    for (const { id: payment, fields } of page.rows) {
      for (const line of linesOf(fields)) {
        if (businessDay(line.at, zone) === day) found.set(nameOf(payment, line), { payment, line });
      }
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}

/** A line of theirs that none of our lines of the day is: perhaps ours is of another day. */
async function lookUp(views: ReconciliationTools['views'], theirs: ProviderStatementLine) {
  const fields = await views.get(paymentsCollection.name, theirs.order);
  if (!fields) return 'noOrder';
  const line = linesOf(fields).find(({ kind, id }) => kind === theirs.kind && id === theirs.id);
  return line ? { payment: theirs.order, line } : 'notHere';
}

/** What `paymentRow` wrote. */
function linesOf(fields: object): readonly ProviderLine[] {
  return (fields as PaymentFields).lines;
}

function nameOf(payment: string, { kind, id }: Pick<ProviderLine, 'kind' | 'id'>): string {
  return `${payment} ${kind} ${id}`;
}
