import type { EntryCore } from './ports.js';

/** Whether an entry met itself: it was sent before, and did arrive. */
export function isSame(met: EntryCore, entry: EntryCore): boolean {
  return met.seq === entry.seq && met.epoch === entry.epoch && met.commandId === entry.commandId;
}
