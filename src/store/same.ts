import type { Entry } from './ports.js';

/** Whether an entry met itself: it was sent before, and did arrive. */
export function isSame(met: Entry, entry: Entry): boolean {
  return met.seq === entry.seq && met.epoch === entry.epoch && met.commandId === entry.commandId;
}
