/** How much state may stay in memory where node's heap is small (R8): a process that runs out of heap ends. */
import { getHeapStatistics } from 'node:v8';

/**
 * Characters of state for each byte of heap: as objects they are several times as large, and the rest of the node needs
 * room.
 */
const SHARE = 1 / 16;

/**
 * Characters of idle actors' state that are kept: as many as wanted, where they fit; `heapLimit`, bytes, is by default
 * node's own.
 */
export function statesThatFit(wanted: number, heapLimit = getHeapStatistics().heap_size_limit): number {
  return Math.min(wanted, Math.floor(heapLimit * SHARE));
}
