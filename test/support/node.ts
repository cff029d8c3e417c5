/** A node with something of it replaced. */
import type { Node } from '../../src/actors/runtime/node.js';

/** All but `changed` is done by `node`. */
export function nodeWith(node: Node, changed: Partial<Node>): Node {
  return {
    ask: (ask) => node.ask(ask),
    read: (...question) => node.read(...question),
    missed: (...question) => node.missed(...question),
    promise: (...question) => node.promise(...question),
    deliver: (delivery) => node.deliver(delivery),
    ...changed,
  };
}
