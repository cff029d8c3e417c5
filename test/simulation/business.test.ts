/** The rules of the business, broken one at a time: the simulation notices each. */
import t from 'tap';

import { businessGuards } from './business.js';
import { runSeed } from './run.js';

/** Every rule broken must show within so many seeds. */
const WITHIN = 200;

for (const guard of businessGuards) {
  const { rule, from } = guard;
  t.test(`where it does not hold that ${rule}, a violation shows`, async (t) => {
    let caught: string | undefined;
    let seed = from;
    for (; caught === undefined && seed < from + WITHIN; seed++) {
      [caught] = (await runSeed(seed, 1, guard)).violations;
    }
    t.ok(caught, `seed ${seed - 1}, the ${seed - from}. from ${from}: ${caught ?? 'nothing'}`);
  });
}
