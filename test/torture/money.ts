/**
 * The provider's books beside the journal: all that was paid there is settled here, once, whatever was killed between;
 * all that went back there went back here.
 */
import type { ProviderStatementLine } from '../../src/gateway/payments/provider.js';
import type { Entry } from '../../src/store/ports.js';
import type { Ledger } from './ledger.js';

/** From the kill of a server until the next one served, ms UTC. */
export interface Downtime {
  readonly from: number;
  readonly until: number;
}

/** What became of the money at the provider. */
export interface Settled {
  readonly payments: number;
  readonly refunds: number;
  /** Payments between which and their settlement a server was killed, or while none was there. */
  readonly acrossKills: number;
}

/** Facts of payments: `received` and `refundDone` of src/actors/payment/events.ts. */
interface Facts {
  readonly receipt: { readonly serial: string };
  readonly refund: string;
}

export class Money {
  /** By `<order> <serial or refund>`: when each entry of it was stored, ms UTC. */
  private readonly known = new Map<string, number[]>();

  take({ actor, at, events }: Entry): void {
    const [kind, order = ''] = actor.split(':');
    if (kind !== 'payment') return;
    for (const { type, data } of events) {
      const facts = data as unknown as Facts;
      if (type === 'received') this.add(`${order} ${facts.receipt.serial}`, at);
      if (type === 'refundDone') this.add(`${order} ${facts.refund}`, at);
    }
  }

  /** Lines of the statement that no entry knows. */
  missing(statement: readonly ProviderStatementLine[]): number {
    return statement.filter(({ order, id }) => !this.known.has(`${order} ${id}`)).length;
  }

  compare(statement: readonly ProviderStatementLine[], downtimes: readonly Downtime[], ledger: Ledger): Settled {
    const count = { payment: 0, refund: 0 };
    let acrossKills = 0;
    const left = new Map(this.known);
    for (const { order, id, kind, at, amount } of statement) {
      const times = left.get(`${order} ${id}`) ?? [];
      left.delete(`${order} ${id}`);
      if (times.length !== 1)
        ledger.violation(`${kind} ${id} of ${amount} for ${order} was settled ${times.length} times`);
      count[kind] += 1;
      const settled = times[0] ?? 0;
      if (kind === 'payment' && downtimes.some(({ from, until }) => at < until && settled >= from)) acrossKills += 1;
    }
    for (const name of left.keys()) ledger.violation(`${name} was settled, and the provider does not know it`);
    return { payments: count.payment, refunds: count.refund, acrossKills };
  }

  private add(name: string, at: number): void {
    this.known.set(name, [...(this.known.get(name) ?? []), at]);
  }
}
