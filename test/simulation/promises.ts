/**
 * What entries say of each other when all is quiet: each actor has one history, and what was promised was kept. Judged
 * by the entries alone, by none of the engine's code.
 */
import type { ActorId, Entry } from '../../src/store/ports.js';
import type { Ledger } from './ledger.js';

const EFFECT = 'effect:';

/** R5, ENGINE 15: what was due by then was handled by whom it was for, or closed by who had promised it. */
export function promises(ledger: Ledger, entries: readonly Entry[], until: number): void {
  const handled = new Set(entries.map(({ actor, commandId }) => `${actor} ${commandId}`));
  const closed = new Set(entries.flatMap(({ closes }) => closes));
  for (const { actor, seq, outbox } of entries) {
    for (const [n, { to, type, due, reply }] of outbox.entries()) {
      const id = `${actor}/${seq}/${n}`;
      if (due > until || closed.has(id)) continue;
      // Nobody tells what became of an effect without a reply.
      if (reply === undefined && to.startsWith(EFFECT)) continue;
      const kept = reply === undefined ? `${to} ${actor}:${id}` : `${actor} ${to}:${id}/reply`;
      if (!handled.has(kept)) ledger.violation(`R5: ${type} to ${to}, promised as ${id}, was not kept`);
    }
  }
}

/**
 * R3: whoever wrote had seen all before (of what was pushed, each entry says which was the one ahead); ENGINE 13: time
 * does not go back.
 */
export function oneHistory(ledger: Ledger, actor: ActorId, entries: readonly Entry[]): void {
  const heads = new Map<string, number>();
  let before = 0;
  for (const { seq, at, pushes } of entries) {
    for (const [channel, ahead] of Object.entries(pushes)) {
      const head = heads.get(channel) ?? 0;
      if (ahead !== head) ledger.violation(`R3: entry ${seq} of ${actor} follows ${ahead} on ${channel}, not ${head}`);
      heads.set(channel, seq);
    }
    if (at < before) ledger.violation(`ENGINE 13: entry ${seq} of ${actor} is before the one ahead of it`);
    before = at;
  }
}
