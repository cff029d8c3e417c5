/**
 * The network between actors, and between people and the nodes: messages and answers are late, lost,
 * repeated, and overtake each other.
 */
import type { Clock } from '../../src/actors/runtime/clock.js';
import type { Node } from '../../src/actors/runtime/node.js';
import { nodeWith } from '../support/node.js';
import type { WorldFaults } from './faults.js';

/** Late things take up to this long, ms. */
export const LATE_MS = 8000;

/** Never settles: what was lost. */
const lost = <T>(): Promise<T> => new Promise<T>(() => undefined);

export function pause(clock: Pick<Clock, 'after'>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(ms, resolve);
  });
}

/** The way between actors. */
export function faultyTransport(clock: Pick<Clock, 'after'>, faults: WorldFaults): (local: Node) => Node {
  return (local) =>
    nodeWith(local, {
      async deliver(delivery) {
        await pause(clock, faults.random() * 3);
        if (faults.strikes('messageLost')) return lost();
        if (faults.strikes('messageLate')) await pause(clock, faults.random() * LATE_MS);
        if (faults.strikes('messageTwice')) {
          clock.after(faults.random() * LATE_MS, () => {
            void local.deliver(delivery);
          });
        }
        const answer = await local.deliver(delivery);
        return faults.strikes('messageReplyLost') ? lost() : answer;
      },
    });
}

/** One request of somebody outside: what arrives, and what comes back. */
export async function faultyRequest<T>(
  clock: Pick<Clock, 'after'>,
  faults: WorldFaults,
  request: () => Promise<T>,
): Promise<T> {
  await pause(clock, 1 + faults.random() * 5);
  if (faults.strikes('requestLost')) return lost();
  if (faults.strikes('requestLate')) await pause(clock, faults.random() * LATE_MS);
  if (faults.strikes('requestTwice')) {
    clock.after(faults.random() * LATE_MS, () => {
      void request();
    });
  }
  const answer = await request();
  return faults.strikes('answerLost') ? lost() : answer;
}
