/**
 * What becomes of each entry of a call in which something collides. Slow and rare: it reads the rows
 * one by one, for the actors concerned only.
 *
 *   S1  Behind a collision nothing of the same actor is stored, unless the entry met itself.
 *   S2  A collision names the row it met; one whose row cannot be read is unknown (S4).
 */
import type { ActorId, Append, AppendResult, EntryCore } from '../ports.js';
import { DamagedEntry } from '../ports.js';
import { isSame } from '../same.js';
import type { Entries } from './entries.js';
import { keys } from './keys.js';

/** The verdicts, in the order of the items, and what is to be stored. */
export interface Verdict {
  readonly results: readonly AppendResult[];
  readonly chosen: ReadonlySet<Append>;
}

export async function judge(
  items: readonly Append[],
  concerned: ReadonlySet<ActorId>,
  entries: Entries,
): Promise<Verdict> {
  const chosen = new Set<Append>();
  const taken = new Map<string, EntryCore>();
  const stopped = new Set<ActorId>();

  async function one(item: Append): Promise<AppendResult> {
    const { entry } = item;
    const { actor, seq, commandId } = entry;
    if (stopped.has(actor)) return { state: 'unknown' };
    const entryKey = keys.entry(actor, seq);
    const commandKey = keys.command(actor, commandId);
    if (concerned.has(actor)) {
      const met =
        taken.get(entryKey) ??
        taken.get(commandKey) ??
        (await entries.at(actor, seq)) ??
        (await entries.by(actor, commandId));
      if (met) {
        if (!isSame(met, entry)) stopped.add(actor);
        return { state: 'collided', met };
      }
      taken.set(entryKey, entry);
      taken.set(commandKey, entry);
    }
    chosen.add(item);
    return { state: 'stored' };
  }

  const results: AppendResult[] = [];
  for (const item of items) {
    try {
      results.push(await one(item));
    } catch (error) {
      if (!(error instanceof DamagedEntry)) throw error;
      stopped.add(item.entry.actor);
      results.push({ state: 'unknown' });
    }
  }
  return { results, chosen };
}
