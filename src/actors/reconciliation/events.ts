import type { Awaited, Compared } from './commands.js';

export type ReconciliationEvents = {
  dayAwaited: Awaited;
  dayCompared: Compared & { readonly day: string };
  /** It could not be compared; `tries` of this day so far. */
  dayMissed: { readonly day: string; readonly tries: number; readonly reason: string };
};
