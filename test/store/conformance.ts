/**
 * One suite for every adapter: what src/store/ports.ts promises. An adapter says how a fresh store
 * of it is opened, how the same content is opened again, and how a stored entry is damaged; where it
 * cannot, it says why, and those tests are skipped with that reason.
 */
import t, { type Test } from 'tap';

import type { ActorId, CollectionDeclaration, Store } from '../../src/store/ports.js';
import { appending } from './conformance/append.js';
import { archiving } from './conformance/archiving.js';
import { lasting } from './conformance/lasting.js';
import { markers } from './conformance/markers.js';
import { reading } from './conformance/reads.js';
import { snapshots } from './conformance/snapshots.js';
import { rows } from './conformance/rows.js';
import { questions } from './conformance/questions.js';

/** One store of an adapter. */
export interface Subject {
  readonly store: Store;
  /** Closes the store and opens what it left; or why that cannot be done. */
  readonly reopen: (() => Promise<Store>) | string;
  /** Alters a stored entry as a flipped bit would, and gives the store that now holds it; or why not. */
  readonly damage: ((actor: ActorId, seq: number) => Promise<Store>) | string;
}

/** Opens an empty store, and sees to it that it is closed when `t` ends. */
export type Open = (t: Test, collections: readonly CollectionDeclaration[]) => Promise<Subject>;

/** Collections that the suite declares. */
export const collections: readonly CollectionDeclaration[] = [
  {
    name: 'sales',
    indexes: [
      { name: 'byShop', fields: ['shop', 'at'] },
      { name: 'byName', fields: ['name'] },
      { name: 'byOpen', fields: ['open', 'shop', 'at'] },
    ],
  },
  { name: 'cars', indexes: [] },
];

export function conformance(name: string, open: Open): void {
  t.test(`${name}: append`, (t) => appending(t, open));
  t.test(`${name}: reads`, (t) => reading(t, open));
  t.test(`${name}: wake markers`, (t) => markers(t, open));
  t.test(`${name}: snapshots`, (t) => snapshots(t, open));
  t.test(`${name}: rows of a view`, (t) => rows(t, open));
  t.test(`${name}: questions to a view`, (t) => questions(t, open));
  t.test(`${name}: archived entries`, (t) => archiving(t, open));
  t.test(`${name}: what lasts`, (t) => lasting(t, open));
}
