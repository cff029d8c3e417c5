/**
 * The rules of docs/engine.md that are marked ✂, and others that much stands on, each broken alone and from outside
 * the engine wherever that is possible, to prove that the simulation notices.
 */
import {
  ahead,
  anonymous,
  archivingTheTail,
  counting,
  forgettingPushes,
  forgettingRefusals,
  onEachItsOwnWay,
  pressingOn,
  sayingMore,
  takingSilenceForEmptiness,
  unseeing,
  type Broken,
} from './breaks.js';

/** One rule, and how a system is made without it. */
export interface Guard {
  readonly rule: string;
  /** The seed where the search for a violation begins: found by beginning at 1, and taken because it is caught soon. */
  readonly from: number;
  broken(): Broken;
}

const never = { retryFirstMs: Infinity, retryLongestMs: Infinity, retrySilenceMs: Infinity };

export const guards: readonly Guard[] = [
  { rule: 'rule 1: order of one actor’s entries', from: 5, broken: () => ({ store: 'order' }) },
  { rule: 'rule 2: a majority’s word', from: 10, broken: () => ({ store: 'majorityWrites' }) },
  { rule: 'rule 3: one entry for a place', from: 6, broken: () => ({ store: 'seqKey' }) },
  { rule: 'rule 3: one entry for a command id', from: 10, broken: () => ({ store: 'commandKey' }) },
  { rule: 'rule 3: what a past is read from is not archived', from: 7, broken: () => ({ archived: archivingTheTail }) },
  { rule: 'rule 4: only what a majority has is read', from: 3, broken: () => ({ store: 'majorityReads' }) },
  { rule: 'rule 5: one append in flight', from: 9, broken: () => ({ journal: onEachItsOwnWay }) },
  {
    rule: 'rule 6: unknown entries are sent again as they were',
    from: 35,
    broken: () => ({ options: { decideInPlace: true } }),
  },
  { rule: 'rule 7: who meets another owner stops', from: 8, broken: () => ({ journal: pressingOn }) },
  { rule: 'rule 8: an epoch is never used twice', from: 9, broken: () => ({ journal: anonymous }) },
  { rule: 'rule 9: the view is kept while Redis is away', from: 3, broken: () => ({ bus: takingSilenceForEmptiness }) },
  { rule: 'rule 10: no answer ahead of the disk', from: 12, broken: () => ({ journal: ahead }) },
  { rule: 'rule 11: refusals are stored', from: 6, broken: forgettingRefusals },
  { rule: 'rule 15: what is open is sent again', from: 6, broken: () => ({ options: { limits: never } }) },
  { rule: 'rule 17: open promises are found by their markers', from: 5, broken: () => ({ journal: unseeing }) },
  { rule: 'rule 19: a snapshot is of stored turns only', from: 4, broken: () => ({ snapshots: sayingMore }) },
  { rule: 'rule 20: a push is of its entry alone', from: 4, broken: () => ({ definitions: counting }) },
  { rule: 'rule 20: a push says which one was before it', from: 2, broken: () => ({ snapshots: forgettingPushes }) },
];
