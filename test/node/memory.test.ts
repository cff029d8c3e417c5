import t from 'tap';

import { statesThatFit } from '../../src/node/memory.js';

const MIB = 1024 * 1024;

t.test('no more state stays in memory than fits the heap, nor more than is wanted', async (t) => {
  t.equal(statesThatFit(128 * MIB, 64 * MIB), 4 * MIB);
  t.equal(statesThatFit(128 * MIB, 4096 * MIB), 128 * MIB);
  t.equal(statesThatFit(0), 0);
  t.ok(statesThatFit(Infinity) < Infinity, 'of this process');
});
