/**
 * The rules of ENGINE.md that are marked ✂, and those that several nodes stand on, each broken alone and from outside
 * the engine wherever that is possible, to prove that the simulation notices.
 */
import {
  ahead,
  anonymous,
  forgettingRefusals,
  onEachItsOwnWay,
  pressingOn,
  takingSilenceForEmptiness,
  unseeing,
  type Broken,
} from './breaks.js';

/** Named by the rule that is broken. */
export const guards = [
  'rule 1: order of one actor’s entries',
  'rule 2: a majority’s word',
  'rule 3: one entry for a place',
  'rule 3: one entry for a command id',
  'rule 4: only what a majority has is read',
  'rule 5: one append in flight',
  'rule 6: unknown entries are sent again as they were',
  'rule 7: who meets another owner stops',
  'rule 8: an epoch is never used twice',
  'rule 9: the view is kept while Redis is away',
  'rule 10: no answer ahead of the disk',
  'rule 11: refusals are stored',
  'rule 15: what is open is sent again',
  'rule 17: promises are found where their actor moved to',
] as const;

export type Guard = (typeof guards)[number];

export function without(guard: Guard | undefined): Broken {
  switch (guard) {
    case undefined:
      return {};
    case 'rule 1: order of one actor’s entries':
      return { store: 'order' };
    case 'rule 2: a majority’s word':
      return { store: 'majorityWrites' };
    case 'rule 3: one entry for a place':
      return { store: 'seqKey' };
    case 'rule 3: one entry for a command id':
      return { store: 'commandKey' };
    case 'rule 4: only what a majority has is read':
      return { store: 'majorityReads' };
    case 'rule 5: one append in flight':
      return { journal: onEachItsOwnWay };
    case 'rule 6: unknown entries are sent again as they were':
      return { options: { decideInPlace: true } };
    case 'rule 7: who meets another owner stops':
      return { journal: pressingOn };
    case 'rule 8: an epoch is never used twice':
      return { journal: anonymous };
    case 'rule 9: the view is kept while Redis is away':
      return { bus: takingSilenceForEmptiness };
    case 'rule 10: no answer ahead of the disk':
      return { journal: ahead };
    case 'rule 11: refusals are stored':
      return forgettingRefusals();
    case 'rule 15: what is open is sent again':
      return { options: { limits: { retryFirstMs: Infinity, retryLongestMs: Infinity, retrySilenceMs: Infinity } } };
    case 'rule 17: promises are found where their actor moved to':
      return { placement: unseeing };
  }
}
