/**
 * The other nodes, as a gateway sees them: who they are, and what gateways tell each other that rests on no entry
 * (which device connected where, where cars are). It may be lost; what must not be lost goes by an actor.
 */
import type { Json } from '../store/ports.js';

export interface Others {
  /** This start of this node; connections are named after it. */
  readonly self: string;
  /** All nodes that live, this one among them, in the same order everywhere. */
  nodes(): readonly string[];
  /** Tells the gateways of all other nodes. */
  tell(name: string, news: Json): void;
  /** Hears what they tell under a name. */
  hear(name: string, listener: (news: Json, from: string) => void): void;
  /** Nodes have come or gone. */
  onChange(listener: (came: readonly string[], gone: readonly string[]) => void): void;
  /** What others told may have been lost until now. */
  onBack(listener: () => void): void;
}

/** The others of a node that is alone. */
export function noOthers(self: string): Others {
  const never = (): void => undefined;
  return { self, nodes: () => [self], tell: never, hear: never, onChange: never, onBack: never };
}
