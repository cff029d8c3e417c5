/** What the reconciliation with a payment provider (`reconciliation:<provider>`) can be told and asked. */
import type { Reply } from '../runtime/definition.js';

/** Who begins it: a node, when it starts. */
export const BEGINS = 'system:reconciliation';

export type Begin = {
  /** The provider's books began just now: there is no statement of today, nor of a day before. */
  readonly fresh: boolean;
};

/** The day that is compared next, or again. */
export type Awaited = {
  /** `YYYY-MM-DD` */
  readonly day: string;
  /** ms UTC of its end. */
  readonly until: number;
};

/** What a comparison found. */
export type Compared = {
  /** Lines of the provider's statement. */
  readonly compared: number;
  readonly differences: number;
  /** Payments that were told to ask their provider. */
  readonly asked: number;
};

export type ReconciliationCommands = {
  begin: { input: Begin; reply: Awaited };
  /** By its own timer. */
  compare: { input: null; reply: null };
  /** The answer of the effect. Refuses `not_allowed` to whoever makes one up. */
  answered: { input: Reply<Compared, { readonly day: string }>; reply: null };
};

/** Carried out by `effect:reconciliation`; refuses `unavailable` where the statement cannot be had. */
export type ReconciliationEffects = {
  compare: { input: { readonly provider: string; readonly day: string }; reply: Compared };
};

export type ReconciliationReads = {
  progress: { input: object; reply: Progress };
};

/** The last day that was compared, the one that waits, and how often that has failed. */
export type Progress = {
  readonly last: ({ readonly day: string } & Compared) | null;
  readonly awaited: Awaited | null;
  readonly tries: number;
};
