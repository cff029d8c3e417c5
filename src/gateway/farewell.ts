/** How the sockets of a node that stops are closed: where others take them, not all in the same moment. */
import type { Chance, Clock } from '../actors/runtime/clock.js';
import type { Connection } from './connection.js';

/** Sockets that are closed in one step, and how long a step and all of them may take, ms. */
const FEW = 100;
const STEP_MS = 20;
const ALL_MS = 5_000;

/** Closes all, in an order of chance, spread so that the other nodes are not met by all at once. */
export async function sendAway(
  connections: Iterable<Connection>,
  { clock, chance }: { readonly clock: Clock; readonly chance: Chance },
): Promise<void> {
  const all = shuffled([...connections], chance);
  const step = Math.max(FEW, Math.ceil((all.length * STEP_MS) / ALL_MS));
  for (let from = 0; from < all.length; from += step) {
    if (from > 0) await new Promise<void>((resolve) => clock.after(STEP_MS, resolve));
    for (const connection of all.slice(from, from + step)) bid(connection);
  }
}

/** Tells a socket that the node stops, and closes it. */
export function bid(connection: Connection): void {
  connection.close('stopping', 'the node is being stopped; connect again');
}

function shuffled<T>(items: T[], chance: Chance): readonly T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(chance.random() * (i + 1));
    [items[i], items[j]] = [items[j] as T, items[i] as T];
  }
  return items;
}
