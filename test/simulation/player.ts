/** Plays the seeds that it is told, one at a time, in a thread of its own. */
import { parentPort } from 'node:worker_threads';

import { runSeed } from './run.js';

/** A seed to play, and on how many nodes. */
export interface Task {
  readonly seed: number;
  readonly nodes: number;
}

parentPort?.on('message', ({ seed, nodes }: Task) => {
  void runSeed(seed, nodes).then((result) => {
    parentPort?.postMessage(result);
  });
});
