/** The timers of a sale: messages to oneself, closed by their label when the sale goes on in time (ENGINE 16). */
import type { Message } from '../runtime/definition.js';
import type { ActorId } from '../../store/ports.js';

/** Ends a sale that is not paid by `due`, ms UTC. */
export function expiryTimer(self: ActorId, sale: string, due: number): Message {
  return { to: self, type: 'expireSale', input: { sale }, due, label: expiryOf(sale) };
}

/** Refunds a paid sale of which no report came by `due`, ms UTC. */
export function overdueTimer(self: ActorId, sale: string, due: number): Message {
  return { to: self, type: 'dispenseOverdue', input: { sale }, due, label: overdueOf(sale) };
}

export function expiryOf(sale: string): string {
  return `expire/${sale}`;
}

export function overdueOf(sale: string): string {
  return `overdue/${sale}`;
}
