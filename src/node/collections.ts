/** What a node's store holds beside the journal: commands on a stopped store load this, and no gateway. */
import { actorCollections } from '../actors/index.js';
import { engineCollections } from '../actors/runtime/system.js';
import { positionsCollection } from '../gateway/geo/positions.js';
import type { CollectionDeclaration } from '../store/ports.js';

/** All views of a node. */
export const collections: readonly CollectionDeclaration[] = [
  ...actorCollections,
  ...engineCollections,
  positionsCollection,
];
